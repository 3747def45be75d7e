import type { OutsideRequest, Reply, Service } from '../../../host/outside';
import type { CallsApi } from '../../../host/simulators';

/** The outside services that the examples speak to, as far as n8n's own nodes ask them. */

const SHEET_ID = 0;
const SHEET_TITLE = 'Sheet1';

export interface Sheet {
	/** An empty sheet has none. */
	firstRow?: string[] | undefined;
}

/** A spreadsheet with one sheet. */
export function googleSheets(sheet: Sheet): Service {
	return ({ method, path }: OutsideRequest): Reply => {
		if (method === 'GET' && path.includes('/values/')) {
			const row = sheet.firstRow;
			return { json: { range: SHEET_TITLE, majorDimension: 'ROWS', ...(row ? { values: [row] } : {}) } };
		}
		if (method === 'GET') {
			const properties = { sheetId: SHEET_ID, title: SHEET_TITLE, index: 0, sheetType: 'GRID' };
			return { json: { sheets: [{ properties }] } };
		}
		return { json: { updates: { updatedRows: 1 }, replies: [{}] } };
	};
}

/** Takes a file as n8n sends it: what it is for first, then the file itself in pieces, then its name. */
export const googleDrive: Service = ({ method }) =>
	method === 'POST'
		? { json: {}, headers: { location: 'https://www.googleapis.com/upload/drive/v3/files?upload_id=1' } }
		: { json: { id: 'drive-1' } };

/** CallScaler's API under its own name. */
export const callScaler =
	(api: CallsApi): Service =>
	async ({ path, authorization = '' }) => {
		const answer = await fetch(new URL(path, api.baseUrl()), { headers: { authorization } });
		const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
		return { status: answer.status, headers, file: new Uint8Array(await answer.arrayBuffer()) };
	};

export const slack: Service = () => ({ json: { ok: true, channel: 'C1', ts: '1.1', message: { text: '' } } });

export const HUBSPOT_CONTACT = 901;

export const hubSpot: Service = ({ path }) =>
	path.startsWith('/contacts/v1/contact/createOrUpdate/')
		? { json: { vid: HUBSPOT_CONTACT, isNew: true } }
		: { json: { vid: HUBSPOT_CONTACT, engagement: { id: 5 }, properties: {} } };

export const twilio: Service = () => ({ status: 201, json: { sid: 'SM1', status: 'queued' } });

export interface Crm {
	refuses?: boolean;
}

export const crm =
	(own: Crm): Service =>
	() =>
		own.refuses === true ? { status: 503, json: {} } : { status: 201, json: { id: 'crm-1' } };

/** Knows one order. */
export const shop: Service = ({ path }) =>
	path === '/api/orders/ORD-2026-00123'
		? { json: { status: 'shipped', delivery_date: '2026-04-27' } }
		: { status: 404, json: { error: 'No such order' } };
