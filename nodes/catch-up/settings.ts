import { type IDataObject, NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import { type NodeContext, parameter } from '../delivery/read-parameter';
import { yesOrNo } from '../delivery/settings';
import { numberOf, textList } from '../provider/filters';
import { labelsOf } from '../provider/labels';
import type { Provider } from '../provider/provider';

export const MINUTE_IN_MS = 60_000;

const minutes = (atMost: number, fallback: number) =>
	numberOf('must be a number of minutes')
		.refine((each) => each >= 1 && each <= atMost, { error: `must be from 1 to ${atMost} minutes` })
		.transform(Math.floor)
		.default(fallback);

const written = z.object({
	catchUpCallFlows: textList
		.default([])
		.refine((flows) => flows.length > 0, { error: 'has nothing chosen: choose at least one call flow' }),
	'options.catchUpEvery': minutes(59, 5),
	'options.catchUpAfter': minutes(120, 25),
});

/** How the user wants undelivered calls to be asked for. */
const settings = written.transform((read) => ({
	/** The ids of the call flows, each once. */
	callFlows: [...new Set(read.catchUpCallFlows)],
	/** Whole minutes, from 1 to 59. */
	everyMinutes: read['options.catchUpEvery'],
	/** How long after its end a call is due. */
	afterMs: read['options.catchUpAfter'] * MINUTE_IN_MS,
}));

export type CatchUpSettings = z.infer<typeof settings>;

/** Reads them; undefined where catching up is off. Throws an error that names each one that cannot be used, by its label. */
export function readCatchUpSettings<Call extends IDataObject>(
	context: NodeContext,
	{ parameters }: Provider<Call>,
): CatchUpSettings | undefined {
	const labels = labelsOf(parameters);
	const read = (name: string) => parameter(context, name, labels);
	if (!yesOrNo(false).parse(read('catchUp'))) return undefined;
	const { data, error } = settings.safeParse(
		Object.fromEntries(Object.keys(written.shape).map((name) => [name, read(name)])),
	);
	if (data !== undefined) return data;
	const problems = error?.issues.map(({ path: [name], message }) => `${labels[String(name)]} ${message}`);
	throw new NodeOperationError(context.getNode(), String(problems?.join('; ')));
}
