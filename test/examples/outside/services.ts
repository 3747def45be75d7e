import type { OutsideRequest, Reply, Service } from '../../../host/outside';

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

export const googleTokens: Service = () => ({
	json: { access_token: 'google-access-token', token_type: 'Bearer', expires_in: 3600 },
});

export const slack: Service = () => ({ json: { ok: true, channel: 'C1', ts: '1.1', message: { text: '' } } });

export const HUBSPOT_CONTACT = 901;

export const hubSpot: Service = ({ path }) =>
	path.startsWith('/contacts/v1/contact/createOrUpdate/')
		? { json: { vid: HUBSPOT_CONTACT, isNew: true } }
		: { json: { vid: HUBSPOT_CONTACT, engagement: { id: 5 }, properties: {} } };

export const twilio: Service = () => ({ status: 201, json: { sid: 'SM1', status: 'queued' } });

export const crm: Service = () => ({ status: 201, json: { id: 'crm-1' } });

/** Knows one order. */
export const shop: Service = ({ path }) =>
	path === '/api/orders/ORD-2026-00123'
		? { json: { status: 'shipped', delivery_date: '2026-04-27' } }
		: { status: 404, json: { error: 'No such order' } };
