import { createHash, randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Claim, Claims, claimsOf } from '../../nodes/memory/claims';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIMITS = { history: 10_000, windowInMs: HOUR };
const answered = () => ({ writableEnded: true, statusCode: 200 });

let now = Date.parse('2026-04-24T12:00:00Z');
const after = (milliseconds: number) => {
	now += milliseconds;
	jest.setSystemTime(now);
};

beforeAll(() => {
	jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'], now });
});
afterAll(() => {
	jest.useRealTimers();
});
// So that what an earlier test left is due at the beginning of each.
beforeEach(() => after(48 * HOUR));

describe('what is remembered of a trigger', () => {
	it('goes when it has run out, whichever trigger is spoken to then, and whatever is asked of that', async () => {
		const deleted = claimsOf('deleted/trigger');
		await deleted.claim('call', new Claim('1', answered()), LIMITS);
		const other = claimsOf('other/trigger');
		await other.claim('call', new Claim('1', answered()), { ...LIMITS, windowInMs: 3 * HOUR });

		after(HOUR - 1);
		claimsOf('third/trigger');
		expect(deleted.size).toBe(1);

		after(MINUTE);
		claimsOf('third/trigger');
		expect(deleted.size).toBe(0);
		expect(other.size).toBe(1);
	});

	it('stays where a call is still being worked on, and knows it when that has ended', async () => {
		const claims = claimsOf('slow/trigger');
		const response = { writableEnded: false, statusCode: 200 };
		await claims.claim('call', new Claim('1', response), LIMITS);
		after(30 * HOUR);
		claimsOf('third/trigger');
		expect(claims.size).toBe(1);
		response.writableEnded = true;
		after(MINUTE);
		claimsOf('third/trigger');
		expect(claims.size).toBe(0);
	});
});

it('a remembered call takes less than 400 bytes, and what has run out takes none', async () => {
	setFlagsFromString('--expose-gc');
	const collect: () => void = runInNewContext('gc');
	const held = () => {
		collect();
		return process.memoryUsage().heapUsed;
	};
	const claims = new Claims();
	const empty = held();
	for (let call = 0; call < 10_000; call++) {
		const digest = createHash('sha256').update(String(call)).digest('base64url');
		// In one piece, as it is once it has been in a header and in JSON.
		const deliveryId = Buffer.from(randomUUID()).toString();
		await claims.claim(digest, new Claim(deliveryId, answered()), LIMITS);
	}
	const perCall = (held() - empty) / 10_000;
	expect(claims.size).toBe(10_000);
	process.stdout.write(`A remembered call takes ${Math.round(perCall)} bytes.\n`);
	expect(perCall).toBeLessThan(400);

	after(HOUR);
	claims.dropExpired(now);
	expect(claims.size).toBe(0);
});
