import type { IDataObject } from 'n8n-workflow';

import { type CallIds, callIdsOf } from '../delivery/call-id';
import { typeFields } from '../delivery/type';
import { type CallList, type CallsApi, momentOf } from '../provider/calls-api';
import { isBlank } from '../provider/comparing';
import { asObject, harmlessFields } from '../provider/objects';
import type { Provider } from '../provider/provider';
import type { Names } from './names';
import { textUnder } from './pages';

/**
 * A call whose row does not tell how long it lasted ended within this time: earlier than its webhook it must not be caught up,
 * and late it comes anyway.
 */
const LONGEST_UNTOLD_MS = 3_600_000;

/** What rows are read by. */
export interface Reading<Call extends IDataObject> {
	readonly provider: Provider<Call>;
	readonly api: CallsApi<Call>;
	/** What the user chose to be asked for. */
	readonly catchUp: { readonly chosen: readonly string[] };
	/** The workflow's, as an IANA name. */
	readonly timezone: string;
	/** n8n's `getInstanceId()`. */
	readonly instanceId: string;
}

/** A call that the API told of. */
export interface Row extends CallIds {
	/** The API's own of it, as it wrote it. */
	readonly rowId: string;
	/** What the user chose, whose call it is. */
	readonly of: string;
	/** The list that it stood in. */
	readonly list: string;
	/** As the webhook would have sent them; undefined where nobody knows the call to have ended. */
	readonly fields?: IDataObject;
	/** Whether its status tells neither that it has ended nor that it goes on. */
	readonly hasOddStatus: boolean;
	/** Milliseconds since the epoch, by the API's clock. */
	readonly startedAt: number;
	/** As far as it is told how long the call lasted. */
	readonly endedAt: number;
	/** It ended by then, at the latest. */
	readonly endedBy: number;
}

/** Why a row cannot be used, to complete "… rows …". */
export type Unread = 'without an ID' | 'without a time' | 'of another' | 'of no known';

/** Reads a row of the API; what is wrong with it where it is of no use. */
export function readRow<Call extends IDataObject>(
	reading: Reading<Call>,
	list: CallList,
	names: Names,
	row: unknown,
): Row | Unread {
	const { api, catchUp, timezone } = reading;
	const id = textUnder(row, api.idNames);
	if (id === undefined) return 'without an ID';
	const own = harmlessFields(asObject(row) ?? {});
	const startedAt = beginningOf(api, own);
	const of = ownerOf(api, list, own, { names, startedAt });
	if (of === undefined) return 'of no known';
	if (of !== (list.of ?? of) || !catchUp.chosen.includes(of)) return 'of another';
	const state = api.stateOf(own);
	const fields = state === 'ended' ? api.fieldsOf(own, { id, of, timezone }) : undefined;
	if (startedAt === undefined) return 'without a time';
	const duration = isBlank(own[api.duration]) ? NaN : Number(own[api.duration]) * 1000;
	const isTold = duration >= 0;
	const endedAt = startedAt + (isTold ? duration : 0);
	// While it goes on, its begin is all there is.
	const endedBy = isTold || fields === undefined ? endedAt : startedAt + LONGEST_UNTOLD_MS;
	const ids = idsOfFields(reading, fields ?? { ...own, [api.id]: id });
	const hasOddStatus = state === 'not known';
	return { ...ids, rowId: id, of, list: list.name, fields, hasOddStatus, startedAt, endedAt, endedBy };
}

/** When the call of a row began, in milliseconds since the epoch. */
export function beginningOf<Call extends IDataObject>({ startedAt }: CallsApi<Call>, row: unknown): number | undefined {
	return startedAt.map((key) => momentOf(asObject(row)?.[key])).find((moment) => moment !== undefined);
}

/** By which a call with these fields is known. */
export function idsOfFields<Call extends IDataObject>(
	{ provider, api, instanceId }: Reading<Call>,
	fields: IDataObject,
): CallIds {
	return callIdsOf(api, typeFields(provider.schema, fields, []).call, 'catch_up', instanceId);
}

/** Of what the user chose, whose call a row is: by what it says or, without that, by a name of it. */
function ownerOf<Call extends IDataObject>(
	{ ofRow }: CallsApi<Call>,
	{ of }: CallList,
	row: IDataObject,
	{ names, startedAt = Infinity }: { names: Names; startedAt: number | undefined },
): string | undefined {
	const own = textUnder(row, [ofRow.chosen]);
	if (own !== undefined) return own;
	const name = ofRow.name === undefined ? undefined : textUnder(row, [ofRow.name]);
	if (of === undefined) {
		const [owner, ...others] = names.ofThen(name, startedAt);
		return others.length === 0 ? owner : undefined;
	}
	// Whosever else it is, it is another's.
	return name === undefined || !names.has(of) || names.everOf(name).includes(of) ? of : '';
}

/** Whether a row does not say whose call it is, but by a name. */
export function isByName<Call extends IDataObject>({ ofRow }: CallsApi<Call>, row: unknown): boolean {
	return textUnder(row, [ofRow.chosen]) === undefined;
}
