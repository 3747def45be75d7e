import { type IDataObject, NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import { type NodeContext, parameter } from '../delivery/read-parameter';
import { yesOrNo } from '../delivery/settings';
import type { CallsApi } from '../provider/calls-api';
import { numberOf, textList } from '../provider/filters';
import { labelsOf } from '../provider/labels';
import type { Provider } from '../provider/provider';

export const MINUTE_IN_MS = 60_000;

const minutes = (atMost: number, fallback: number) =>
	numberOf('must be a number of minutes')
		.refine((each) => each >= 1 && each <= atMost, { error: `must be from 1 to ${atMost} minutes` })
		.transform(Math.floor)
		.default(fallback);

const settingsFor = ({ chosen, dueAfterMinutes }: Pick<CallsApi<IDataObject>, 'chosen' | 'dueAfterMinutes'>) =>
	z
		.object({
			chosen: textList
				.default([])
				.refine((all) => all.length > 0, { error: `has nothing chosen: choose at least one ${chosen.one}` }),
			everyMinutes: minutes(59, 5),
			afterMinutes: minutes(120, dueAfterMinutes),
		})
		.transform(({ chosen: all, everyMinutes, afterMinutes }) => ({
			/** What is asked for, the ids of call flows, say, each once. */
			chosen: [...new Set(all)],
			/** Whole minutes, from 1 to 59. */
			everyMinutes,
			/** How long after its end a call is due. */
			afterMs: afterMinutes * MINUTE_IN_MS,
		}));

/** How the user wants undelivered calls to be asked for. */
export type CatchUpSettings = z.infer<ReturnType<typeof settingsFor>>;

/** Reads them; undefined where catching up is off. Throws an error that names each one that cannot be used, by its label. */
export function readCatchUpSettings<Call extends IDataObject>(
	context: NodeContext,
	{ parameters }: Provider<Call>,
	{ chosen, dueAfterMinutes }: CallsApi<Call>,
): CatchUpSettings | undefined {
	const labels = labelsOf(parameters);
	const read = (path: string) => parameter(context, path, labels);
	if (!yesOrNo(false).parse(read('catchUp'))) return undefined;
	const paths = new Map([
		['chosen', chosen.parameter],
		['everyMinutes', 'options.catchUpEvery'],
		['afterMinutes', 'options.catchUpAfter'],
	]);
	const { data, error } = settingsFor({ chosen, dueAfterMinutes }).safeParse(
		Object.fromEntries([...paths].map(([name, path]) => [name, read(path)])),
	);
	if (data !== undefined) return data;
	const problems = error?.issues.map(({ path: [name], message }) => {
		return `${labels[paths.get(String(name)) ?? '']} ${message}`;
	});
	throw new NodeOperationError(context.getNode(), String(problems?.join('; ')));
}
