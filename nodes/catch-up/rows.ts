import type { IDataObject } from 'n8n-workflow';

import { callIdOf, momentOf } from '../delivery/call-id';
import { asObject, harmlessFields } from '../delivery/read';
import { typeFields } from '../delivery/type';
import type { Provider } from '../provider/provider';
import type { CallsApi } from '../provider/calls-api';
import { textUnder } from './read-list';

/** A call that the API told of. */
export interface Row {
	/** The digest of its id, and what it looks like. */
	readonly id: string;
	readonly looks?: string;
	/** As the webhook would have sent them; undefined where nobody knows the call to have ended. */
	readonly fields?: IDataObject;
	/** Milliseconds since the epoch, by the API's clock. */
	readonly endedAt: number;
}

/** Why a row cannot be used, to complete "… rows …". */
export type Unread = 'without an ID' | 'without a time' | 'of another call flow';

/** Reads a row of the API; what is wrong with it where it is of no use. */
export function readRow<Call extends IDataObject>(
	provider: Provider<Call>,
	api: CallsApi<Call>,
	callFlow: string,
	row: unknown,
): Row | Unread {
	const id = textUnder(row, api.idNames);
	const read = asObject(row);
	if (id === undefined || id === '' || read === undefined) return 'without an ID';
	const own = harmlessFields(read);
	const ownFlow = textUnder(own, [api.callFlow]);
	if (ownFlow !== undefined && ownFlow !== callFlow) return 'of another call flow';
	const fields = api.fieldsOf(own, id, callFlow);
	const { call } = typeFields(provider.schema, fields ?? { ...own, [api.id]: id }, []);
	const callId = callIdOf(api, call);
	const startedAt = momentOf(api, call);
	if (callId === undefined) return 'without an ID';
	if (startedAt === undefined) return 'without a time';
	const endedAt = startedAt + Math.max(0, Number(call[api.duration] ?? 0)) * 1000;
	return { id: callId.digest, looks: callId.looks, fields, endedAt };
}
