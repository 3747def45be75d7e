import { answerOrRethrow } from '../../nodes/delivery/answer';
import { authenticate } from '../../nodes/delivery/authenticate';
import { deliveryOf } from '../../nodes/delivery/delivery';
import { qCall } from '../../nodes/QCall/provider';
import type { Setup } from './webhook-context';
import { webhookContext } from './webhook-context';

const SECRET = 'a-secret-of-some-length';
const PREVIOUS = 'the-secret-before-that';
const credential = { headerName: 'X-Secret', secret: SECRET, previousSecret: PREVIOUS };

/** What a delivery is answered; undefined where it is let in. */
async function answered(setup: Setup) {
	const { context, logger } = webhookContext({ credential, ...setup });
	try {
		const node = context.getNode();
		await authenticate(context, node, qCall, deliveryOf(context, node));
		return { logger };
	} catch (error) {
		return { answer: answerOrRethrow(error), logger };
	}
}

const sent = (value: string) => ({ headers: { 'x-secret': value } });

it.each([SECRET, PREVIOUS, `Bearer ${SECRET}`, `bearer ${SECRET}`, `BEARER  ${PREVIOUS}`])(
	'lets %p in',
	async (value) => {
		const { answer, logger } = await answered(sent(value));
		expect(answer).toBeUndefined();
		expect(logger.warn).not.toHaveBeenCalled();
	},
);

it.each([
	'another',
	`${SECRET} `,
	` Bearer ${SECRET}`,
	`Bearer${SECRET}`,
	`Basic ${SECRET}`,
	`${SECRET}Bearer `,
	'Bearer Bearer ' + SECRET,
])('refuses %p with what to do about it', async (value) => {
	const { answer } = await answered(sent(value));
	expect(answer).toMatchObject({ status: 401, verdict: 'rejected' });
	expect(answer?.message).toContain('The header X-Secret arrived, but with another secret');
	expect(answer?.message).toContain(qCall.credential.whereHeaderIsSet);
	expect(answer?.message).not.toContain(SECRET);
});

it.each<Setup>([{}, { headers: {} }, sent(''), { headers: { authorization: SECRET } }])(
	'says that the header did not arrive: %p',
	async (setup) => {
		const { answer } = await answered(setup);
		expect(answer).toMatchObject({ status: 401, verdict: 'rejected' });
		expect(answer?.message).toContain('The header X-Secret did not arrive');
		expect(answer?.message).toContain(qCall.credential.whereHeaderIsSet);
	},
);

it('says so where the header comes twice, as where a second one was entered to change the secret', async () => {
	for (const value of [`${SECRET}, ${SECRET}`, `${SECRET}, a-new-one`]) {
		const { answer } = await answered({ credential, ...sent(value) });
		expect(answer?.status).toBe(401);
		expect(answer?.message).toContain('as where it is entered twice');
	}
	const withComma = 'a, long, and, random, secret';
	expect(
		(await answered({ credential: { ...credential, secret: withComma }, ...sent(withComma) })).answer,
	).toBeUndefined();
});

it('takes a secret outside ASCII, which senders write as UTF-8 and Node reads byte by byte', async () => {
	const beyond = { ...credential, secret: 'clé-secrète-très-longue' };
	const bytes = Buffer.from(beyond.secret, 'utf8').toString('latin1');
	expect((await answered({ credential: beyond, ...sent(bytes) })).answer).toBeUndefined();
	expect((await answered({ credential: beyond, ...sent(beyond.secret) })).answer?.status).toBe(401);
});

it('lets an empty previous secret let nobody in', async () => {
	const onlyOne = { ...credential, previousSecret: '' };
	for (const value of ['Bearer ', 'Bearer', ' ']) {
		expect((await answered({ credential: onlyOne, ...sent(value) })).answer?.status).toBe(401);
	}
	expect((await answered({ credential: { ...credential, secret: '' }, ...sent(PREVIOUS) })).answer).toBeUndefined();
});

it('lets nobody in, and says what is missing, where the credential has no secret', async () => {
	const empty = { headerName: 'X-Secret', secret: ' ', previousSecret: '' };
	const { answer } = await answered({ credential: empty, ...sent(' ') });
	expect(answer?.message).toContain('The credential of this trigger has no secret');
	expect(answer?.status).toBe(401);
});

describe('a secret that an expression in the credential gives', () => {
	const given = (secret: unknown, previousSecret: unknown = '') =>
		Object({ headerName: 'X-Secret', secret, previousSecret });

	it('may be a number', async () => {
		expect(
			(await answered({ credential: given(1234567890123456), ...sent('1234567890123456') })).answer,
		).toBeUndefined();
	});

	it.each([
		[{ key: SECRET }, '[object Object]'],
		[['x'], 'x'],
		[[SECRET], SECRET],
		[true, 'true'],
		[Number.NaN, 'NaN'],
		[() => SECRET, String(() => SECRET)],
	])('is none where it is %p, whose text anybody can guess', async (value, guess) => {
		for (const header of [guess, `Bearer ${guess}`]) {
			expect((await answered({ credential: given(value), ...sent(header) })).answer?.status).toBe(401);
			expect((await answered({ credential: given(SECRET, value), ...sent(header) })).answer?.status).toBe(
				header.endsWith(SECRET) ? undefined : 401,
			);
		}
		expect((await answered({ credential: given(SECRET, value), ...sent(SECRET) })).answer).toBeUndefined();
	});
});

describe('where the credential cannot be read', () => {
	it.each<[string, Setup, string]>([
		['none is chosen', { credential: undefined }, 'Node does not have any credentials set'],
		[
			'it has no header name',
			{ credential: { headerName: ' ', secret: SECRET } },
			'it has no header name or no secret',
		],
	])('nobody is let in, and only the log of n8n tells why: %s', async (_what, setup, reason) => {
		const { answer, logger } = await answered({ ...setup, ...sent(SECRET) });
		expect(answer).toMatchObject({ status: 401, verdict: 'rejected' });
		expect(answer?.message).toContain('has no usable credential');
		expect(answer?.message).not.toContain(reason);
		expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('The Trigger: the credential cannot be read'));
		expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining(reason));
		expect(JSON.stringify(logger.warn.mock.calls)).not.toContain(SECRET);
	});

	it.each(['NodeOperationError', 'UserError', 'CredentialMissingIdError', 'CredentialDataError'])(
		'a person has to act where n8n says so by %s, or by one that is made of it',
		async (name) => {
			class Kind extends Error {}
			Object.defineProperty(Kind, 'name', { value: name });
			for (const error of [new Kind('gone'), new (class Other extends Kind {})('gone')]) {
				const { answer } = await answered({ credential: error, ...sent(SECRET) });
				expect(answer).toMatchObject({ status: 401, refusedFor: expect.stringContaining('no usable credential') });
			}
		},
	);

	it('nobody is let in, but the call may be sent again, where n8n does not reach its database', async () => {
		const trouble = Object.assign(new Error('Timeout waiting for lock'), { name: 'LockAcquireTimeoutError' });
		const { answer, logger } = await answered({ credential: trouble, ...sent(SECRET) });
		expect(answer).toMatchObject({ status: 503, verdict: 'failed' });
		expect(answer?.message).not.toContain(trouble.message);
		expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining(trouble.message));
	});
});

describe('the setting Authentication', () => {
	it('lets everybody in where it is none, and asks n8n for no credential', async () => {
		const { answer, logger } = await answered({ parameters: { authentication: 'none' }, credential: undefined });
		expect(answer).toBeUndefined();
		expect(logger.warn).not.toHaveBeenCalled();
	});

	it.each(['headerAuth', '', 'None', null, true, '={{ fails }}'])(
		'lets only the secret in where it is %p',
		async (authentication) => {
			const evaluate = () => {
				throw new Error('fails');
			};
			const setup = { parameters: { authentication }, evaluate };
			expect((await answered(setup)).answer?.status).toBe(401);
			expect((await answered({ ...setup, ...sent(SECRET) })).answer).toBeUndefined();
		},
	);
});
