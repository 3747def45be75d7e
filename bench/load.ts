import autocannon from 'autocannon';
import pidusage from 'pidusage';
import { z } from 'zod';

import { waitUntil } from '../lib/wait-until';
import type { Contender } from './contenders';
import type { Turn } from './feeds';

const CONNECTIONS = 8;
const WARM_UP_IN_SECONDS = 4;
const ANSWERED_WITHIN_IN_SECONDS = 60;
const IDLE_WITHIN_IN_MILLISECONDS = 300_000;
/** How often autocannon looks whether it is done. */
const LOOKS_EVERY_IN_MILLISECONDS = 5;

/** What a contender did in one lap. */
export interface Lap {
	/** Of its deliveries those that were new calls. */
	newCalls: number;
	seconds: number;
	perSecond: number;
	/** Milliseconds of CPU that n8n's process used, by all of its threads. It depends less than time on what else the machine does. */
	cpuPerDelivery: number;
}

/** Delivers so many times, over all connections at once, each as soon as it has its answer. */
async function deliver({ urls, headers, feed, answerTo }: Contender, amount: number, most: number): Promise<Turn[]> {
	const [url] = urls;
	const paths = urls.map((each) => new URL(each).pathname);
	let sent = 0;
	const answered: Turn[] = [];
	const wrong: string[] = [];
	const setupClient = (connection: autocannon.Client) => {
		let turn: Turn | undefined;
		connection.setRequests([
			{
				setupRequest: (request) => {
					turn = feed.next();
					return { ...request, path: paths[sent++ % paths.length], body: JSON.stringify(turn.call) };
				},
				onResponse: (status, body) => {
					if (!turn) return;
					const wanted = answerTo(turn.expected);
					if (status !== 200 || !body.includes(wanted)) wrong.push(`${status} ${body.slice(0, 300)}, not ${wanted}`);
					answered.push(turn);
					feed.answered?.(turn);
				},
			},
		]);
	};
	await autocannon({
		url,
		method: 'POST',
		headers: { ...headers, 'content-type': 'application/json' },
		connections: Math.min(most, amount),
		amount,
		timeout: ANSWERED_WITHIN_IN_SECONDS,
		sampleInt: LOOKS_EVERY_IN_MILLISECONDS,
		setupClient,
	});
	// autocannon does not count a connection that ends without an answer as an error.
	if (answered.length !== amount) throw new Error(`${url} answered ${answered.length} of ${amount} deliveries.`);
	if (wrong.length > 0) throw new Error(`${url} gave ${wrong.length} wrong answers, the first: ${wrong[0]}`);
	return answered;
}

const executions = z.object({ results: z.array(z.unknown()) });

/** Until n8n has ended every execution. */
export async function idle({ n8n }: Contender): Promise<void> {
	const filter = JSON.stringify({ status: ['new', 'running'] });
	const query = new URLSearchParams({ filter, limit: '1' });
	const isIdle = async () =>
		executions.parse(await n8n.request('GET', `/rest/executions?${query}`)).results.length === 0;
	// An n8n that has more to do than it can does not answer even that.
	const isDone = async () => await isIdle().catch(() => false);
	await waitUntil('n8n has ended all executions', isDone, IDLE_WITHIN_IN_MILLISECONDS);
}

/** Delivers so many times, and waits until n8n has ended the last execution: that belongs to the lap, not to the next one. */
export async function runLap(contender: Contender, amount: number, connections = CONNECTIONS): Promise<Lap> {
	const { n8n } = contender;
	const cpuBefore = (await pidusage(n8n.pid)).ctime;
	const start = performance.now();
	const answered = await deliver(contender, amount, connections);
	await idle(contender);
	const seconds = (performance.now() - start) / 1000;
	const cpu = (await pidusage(n8n.pid)).ctime - cpuBefore;
	const newCalls = answered.filter(({ expected }) => expected === 'accepted').length;
	return { newCalls, seconds, perSecond: amount / seconds, cpuPerDelivery: cpu / amount };
}

/**
 * Takes deliveries for some seconds, in ever longer laps; gives the last of them. The first is one delivery by itself, so
 * that it is known which delivery of a repeated call is the new one.
 */
export async function warmUp(contender: Contender): Promise<Lap> {
	for (let amount = 1; ; amount *= 2) {
		const lap = await runLap(contender, amount);
		if (amount > CONNECTIONS && lap.seconds > WARM_UP_IN_SECONDS / 2) return lap;
	}
}

/** As many deliveries as take so many seconds at the speed of that lap, the same number for each connection. */
export function amountFor({ perSecond }: Lap, seconds: number): number {
	return CONNECTIONS * Math.max(1, Math.round((perSecond * seconds) / CONNECTIONS));
}
