/**
 * What a remembered call takes, in bytes, told in a process that does nothing else: in one that has run other tests what they
 * leave behind goes at any moment, and much more of it than this.
 */
import { createHash, randomUUID } from 'node:crypto';

import { Claim, Claims } from '../../nodes/memory/claims';

const CALLS = 10_000;
const LIMITS = { history: CALLS, windowInMs: 3_600_000 };

function held(): number {
	if (global.gc === undefined) throw new Error('Start it with --expose-gc.');
	global.gc();
	return process.memoryUsage().heapUsed;
}

async function remember(calls: number): Promise<Claims> {
	const claims = new Claims();
	for (let call = 0; call < calls; call++) {
		const digest = createHash('sha256').update(String(call)).digest('base64url');
		// In one piece, as it is once it has been in a header and in JSON.
		const deliveryId = Buffer.from(randomUUID()).toString();
		// As large as a response is with its request, of which nothing is to stay.
		const response = { writableEnded: true, statusCode: 200, body: Buffer.from(deliveryId.repeat(10)).toString() };
		await claims.claim(digest, new Claim(deliveryId, response), LIMITS);
	}
	return claims;
}

async function measure(): Promise<void> {
	// What compiling takes is none of it.
	await remember(100);
	const before = held();
	const claims = await remember(CALLS);
	const bytes = (held() - before) / claims.size;
	process.stdout.write(JSON.stringify({ calls: claims.size, bytes: Math.round(bytes) }));
}

void measure();
