import { randomUUID } from 'node:crypto';

import { checkCredential } from '../../nodes/editor/check-credential';

const good = { headerName: 'X-Webhook-Secret', secret: randomUUID(), previousSecret: '' };
const check = (change: Record<string, string>) => checkCredential({ ...good, ...change }, 'in the dashboard');

it('says what to paste where', () => {
	const { status, message } = check({});
	expect(status).toBe('OK');
	expect(message).toContain('in the dashboard');
	expect(message).toContain('X-Webhook-Secret');
	expect(message).not.toContain(good.secret);
});

it.each<[Record<string, string>, RegExp]>([
	[{ headerName: 'X Webhook' }, /cannot be the name of a header/],
	[{ headerName: 'X-Wébhook' }, /cannot be the name of a header/],
	[{ headerName: 'Content-Type' }, /meaning of its own/],
	[{ headerName: ' ' }, /Enter a header name/],
	[{ secret: '' }, /nobody is let in/],
	[{ secret: 'short' }, /has 5 characters/],
	[{ secret: 'a'.repeat(22) }, /repeats/],
	[{ secret: `${randomUUID()}\n` + randomUUID() }, /line break/],
	[{ previousSecret: good.secret }, /same as the secret/],
])('says what is wrong with %p', (change, message) => {
	expect(check(change)).toEqual({ status: 'Error', message: expect.stringMatching(message) });
});

it('says so where there is nothing at all', () => {
	expect(checkCredential(undefined, 'anywhere').status).toBe('Error');
});
