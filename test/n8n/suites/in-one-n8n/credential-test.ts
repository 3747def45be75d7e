import { z } from 'zod';

import { callScalerCredential, type CredentialToCreate, type N8n, qCallCredential } from '../../../../host';
import { oneN8n } from '../support/one-n8n';

const SECRET = 'correct-horse-battery-staple';
const result = z.object({ status: z.enum(['OK', 'Error']), message: z.string() });

let n8n: N8n;

beforeAll(async () => {
	n8n = await oneN8n();
});

/** The credential's Test button, as the editor presses it. */
async function press(credential: CredentialToCreate, change: Record<string, string> = {}) {
	const stored = await n8n.credentials.create(credential);
	const credentials = { ...stored, data: { ...credential.data, ...change } };
	return result.parse(await n8n.request('POST', '/rest/credentials/test', { credentials }));
}

describe.each([
	['QCall', qCallCredential, 'Assistants > your assistant > Tools'],
	['CallScaler', callScalerCredential, 'AUTOMATIONS > Post-Call Webhook > Custom headers'],
])("the Test button of %s's credential", (_provider, credentialOf, where) => {
	test('passes a good secret and says what to paste where', async () => {
		const { status, message } = await press(credentialOf(SECRET));
		expect(status).toBe('OK');
		expect(message).toContain(where);
		expect(message).not.toContain(SECRET);
	});

	test('passes a header named Authorization, with which deliveries are let in', async () => {
		expect(await press(credentialOf(SECRET), { headerName: 'Authorization' })).toMatchObject({ status: 'OK' });
	});

	test.each([
		['a short secret', { secret: 'short' }, 'The secret has 5 characters'],
		['no secret', { secret: '' }, 'Enter a secret'],
		['a name that no header can have', { headerName: 'X Webhook' }, 'cannot be the name of a header'],
		[
			'a header with a meaning of its own',
			{ headerName: 'Content-Type' },
			'has a meaning of its own|with a meaning of its own',
		],
		['the old secret as the new one', { previousSecret: SECRET }, 'the same as the secret'],
	])('says what is wrong with %s', async (_what, change, problem) => {
		const { status, message } = await press(credentialOf(SECRET), change);
		expect(status).toBe('Error');
		expect(message).toMatch(new RegExp(problem));
	});
});
