import type { IDataObject } from 'n8n-workflow';

import { callIdOf, momentOf } from '../delivery/call-id';
import { asObject, harmlessFields } from '../delivery/read';
import { typeFields } from '../delivery/type';
import type { CallsApi } from '../provider/calls-api';
import { foldText } from '../provider/comparing';
import type { Provider } from '../provider/provider';
import { textUnder } from '../api/pages';

/** A call flow that is asked for, with the names that it has had; none are known where the API tells none. */
export interface CallFlow {
	readonly id: string;
	readonly names: ReadonlySet<string>;
}

/** A call that the API told of. */
export interface Row {
	/** The digest of its id, and what it looks like. */
	readonly id: string;
	readonly looks?: string;
	/** The id of the call flow that was asked for. */
	readonly callFlow: string;
	/** As the webhook would have sent them; undefined where nobody knows the call to have ended. */
	readonly fields?: IDataObject;
	/** Milliseconds since the epoch, by the API's clock. */
	readonly startedAt: number;
	readonly endedAt: number;
}

/** Why a row cannot be used, to complete "… rows …". */
export type Unread = 'without an ID' | 'without a time' | 'of another call flow';

/** Reads a row of the API; what is wrong with it where it is of no use. */
export function readRow<Call extends IDataObject>(
	provider: Provider<Call>,
	api: CallsApi<Call>,
	callFlow: CallFlow,
	row: unknown,
): Row | Unread {
	const id = textUnder(row, api.idNames);
	const read = asObject(row);
	if (id === undefined || id === '' || read === undefined) return 'without an ID';
	const own = harmlessFields(read);
	if (isOfAnother(api, callFlow, own)) return 'of another call flow';
	const fields = api.fieldsOf(own, id, callFlow.id);
	const { call } = typeFields(provider.schema, fields ?? { ...own, [api.id]: id }, []);
	const callId = callIdOf(api, call);
	const startedAt = momentOf(api, call);
	if (callId === undefined) return 'without an ID';
	if (startedAt === undefined) return 'without a time';
	const endedAt = startedAt + Math.max(0, Number(call[api.duration] ?? 0)) * 1000;
	return { id: callId.digest, looks: callId.looks, callFlow: callFlow.id, fields, startedAt, endedAt };
}

/** Whether a row names another call flow, by its id or, without that, by its name. */
function isOfAnother<Call extends IDataObject>(
	{ callFlow, callFlowName }: CallsApi<Call>,
	{ id, names }: CallFlow,
	row: IDataObject,
): boolean {
	const ownId = textUnder(row, [callFlow]);
	if (ownId !== undefined) return ownId !== id;
	const name = textUnder(row, [callFlowName]);
	return name !== undefined && names.size > 0 && !names.has(foldText(name));
}
