import { type IDataObject, NodeOperationError } from 'n8n-workflow';
import type { z } from 'zod/v4';

import { yesOrNo } from '../delivery/settings';
import { type NodeContext, readParameter } from '../n8n/read-parameter';
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

const someOf = (one: string) =>
	textList
		.default([])
		.refine((all) => all.length > 0, { error: `has nothing chosen: choose at least one ${one}` })
		.transform((all) => [...new Set(all)]);

/** How the user wants undelivered calls to be asked for. */
export interface CatchUpSettings {
	/** What is asked for, the ids of call flows, say, each once. */
	readonly chosen: readonly string[];
	/** Whole minutes, from 1 to 59. */
	readonly everyMinutes: number;
	/** How long after its end a call is due. */
	readonly afterMs: number;
}

/** Reads them; undefined where catching up is off. Throws an error that names each one that cannot be used, by its label. */
export function readCatchUpSettings<Call extends IDataObject>(
	context: NodeContext,
	{ parameters }: Provider<Call>,
	api: CallsApi<Call>,
): CatchUpSettings | undefined {
	const labels = labelsOf(parameters);
	const problems: string[] = [];
	const read = <Value>(path: string, schema: z.ZodType<Value>) => {
		const { value, problem } = readParameter(context, path);
		const { data, error } = schema.safeParse(value);
		const found = problem ?? error?.issues.map(({ message }) => message).join(' and ');
		if (found !== undefined) problems.push(`${labels[path]} ${found}`);
		return problem === undefined ? data : undefined;
	};
	const isOn = read('catchUp', yesOrNo(false));
	if (isOn === false) return undefined;
	const chosen = read(api.chosen.parameter, someOf(api.chosen.one));
	const everyMinutes = read('options.catchUpEvery', minutes(59, 5));
	const afterMinutes = read('options.catchUpAfter', minutes(120, api.dueAfterMinutes));
	if (!isOn || !chosen || !everyMinutes || !afterMinutes)
		throw new NodeOperationError(context.getNode(), problems.join('; '));
	return { chosen, everyMinutes, afterMs: afterMinutes * MINUTE_IN_MS };
}
