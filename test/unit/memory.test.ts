import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

import { NODE_24, TSX } from '../../lib/paths';
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

it('a remembered call takes some bytes, and less than 400: nothing of its response stays', async () => {
	const { stdout } = await promisify(execFile)(NODE_24, [TSX, '--expose-gc', join(__dirname, 'remembered-bytes.ts')]);
	const { calls, bytes } = z.object({ calls: z.number(), bytes: z.number() }).parse(JSON.parse(stdout));
	process.stdout.write(`A remembered call takes ${bytes} bytes.\n`);
	expect(calls).toBe(10_000);
	// Less than its key and the id of its delivery take would be no measurement.
	expect(bytes).toBeGreaterThan(100);
	expect(bytes).toBeLessThan(400);
});

it('what has run out is not remembered', async () => {
	const claims = new Claims();
	for (const call of ['a', 'b', 'c']) await claims.claim(call, new Claim(call, answered()), LIMITS);
	expect(claims.size).toBe(3);
	after(HOUR);
	claims.dropExpired(now);
	expect(claims.size).toBe(0);
});
