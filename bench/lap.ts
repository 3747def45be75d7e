import { Agent } from 'node:http';
import { z } from 'zod';

import { deliver, waitUntil } from '../test/n8n/harness';
import type { Contender } from './contenders';
import { cpuMillisecondsOf } from './cpu-time';

export const CONNECTIONS = 8;
const GIVE_UP_AFTER_IN_MILLISECONDS = 300_000;

/** What a contender did in one lap. */
export interface Lap {
	deliveries: number;
	/** Until the last delivery was answered and the last execution had ended. */
	perSecond: number;
	/** Milliseconds of n8n's CPU for each delivery; undefined where the system does not tell. */
	cpuPerDelivery: number | undefined;
}

const executions = z.object({ results: z.array(z.unknown()) });

async function isWorking({ n8n, workflowId }: Contender): Promise<boolean> {
	const filter = JSON.stringify({ workflowId, status: ['new', 'running'] });
	const query = new URLSearchParams({ filter, limit: '1' });
	return executions.parse(await n8n.request('GET', `/rest/executions?${query}`)).results.length > 0;
}

/** Waits until n8n has worked through what it accepted: that belongs to the lap, and not to the next one. */
async function untilIdle(contender: Contender): Promise<void> {
	await waitUntil(
		`n8n has ended all executions of ${contender.url}`,
		async () => !(await isWorking(contender)),
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
}

async function deliverNext({ url, headers, feed, answerTo }: Contender, agent: Agent): Promise<void> {
	const turn = feed.next();
	const { status, text } = await deliver(url, { json: turn.call, headers, agent });
	const wanted = answerTo(turn.expected);
	if (status !== 200 || !text.includes(wanted)) {
		throw new Error(`${url} should have answered 200 with ${wanted}, and answered ${status} ${text.slice(0, 300)}`);
	}
	feed.answered?.(turn);
}

/** Delivers over all connections at once, each as soon as it has its answer, for as long as `goesOn` says. */
async function deliverWhile(
	contender: Contender,
	goesOn: (begun: number) => boolean,
	connections = CONNECTIONS,
): Promise<number> {
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	let begun = 0;
	const connection = async () => {
		while (goesOn(begun)) {
			begun++;
			await deliverNext(contender, agent);
		}
	};
	try {
		await Promise.all(Array.from({ length: connections }, connection));
	} finally {
		agent.destroy();
	}
	return begun;
}

/** Delivers for some seconds and waits until n8n is done with all of it. */
export async function runLap(contender: Contender, seconds: number): Promise<Lap> {
	const { pid } = contender.n8n;
	const cpuBefore = cpuMillisecondsOf(pid);
	const start = performance.now();
	const deliveries = await deliverWhile(contender, () => performance.now() - start < seconds * 1000);
	await untilIdle(contender);
	const elapsedSeconds = (performance.now() - start) / 1000;
	const cpuAfter = cpuMillisecondsOf(pid);
	return {
		deliveries,
		perSecond: deliveries / elapsedSeconds,
		cpuPerDelivery: cpuBefore === undefined || cpuAfter === undefined ? undefined : (cpuAfter - cpuBefore) / deliveries,
	};
}

/** Delivers so many times and waits until n8n is done with all of it. */
export async function deliverCount(contender: Contender, count: number, connections?: number): Promise<void> {
	await deliverWhile(contender, (begun) => begun < count, connections);
	await untilIdle(contender);
}
