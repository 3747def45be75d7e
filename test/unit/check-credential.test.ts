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
	[{ previousSecret: 'short' }, /previous secret has 5 characters.*clear it/],
	[{ previousSecret: 'a'.repeat(22) }, /previous secret repeats/],
	[{ previousSecret: `${randomUUID()}\n` + randomUUID() }, /previous secret has a line break/],
])('says what is wrong with %p', (change, message) => {
	expect(check(change)).toEqual({ status: 'Error', message: expect.stringMatching(message) });
});

it('takes a previous secret that is as strong', () => {
	expect(check({ previousSecret: randomUUID() }).status).toBe('OK');
});

it('says so where there is nothing at all', () => {
	expect(checkCredential(undefined, 'anywhere').status).toBe('Error');
});
