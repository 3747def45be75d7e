import { boot, type N8n } from '../../../host';
import { clockAhead, openProbe } from '../../../host/probe';
import { CallsApi, type CallScalerCall, Clock, ENVELOPES } from '../../../host/simulators';
import { leaksOf } from '../guarantees/support/leaks';
import { countBy, tally } from '../support/verdict';
import { HOUR_IN_MILLISECONDS, idsOf, MINUTE_IN_MILLISECONDS, Scene, TRIGGER } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

const UNDELIVERED = 12;
const DELIVERED = 4;
const TOO_SHORT = { duration_seconds: 5 };

/** What nobody here knows of the API, and what may be wrong with its clock: none of it may make a difference. */
const APIS = {
	'as documented': async () => await CallsApi.open(),
	'small pages, its clock an hour ahead': async () =>
		await CallsApi.open({ mostRows: 5, clock: new Clock(HOUR_IN_MILLISECONDS) }),
	'a bare list of other rows, its clock an hour behind': async () =>
		await CallsApi.open({
			envelope: ENVELOPES.bareList,
			changeRow: ({ id, ...row }) => ({ call_id: id, ...row }),
			clock: new Clock(-HOUR_IN_MILLISECONDS),
		}),
};
type Kind = keyof typeof APIS;

/** One business, and what became of its calls before, while and after n8n was down. */
interface Business {
	kind: Kind;
	scene: Scene;
	/** Ended before the workflow was activated. */
	history: CallScalerCall[];
	delivered: CallScalerCall[];
	/** Undelivered while n8n was down; with those that the filter excludes, and those of another call flow. */
	undelivered: CallScalerCall[];
	others: CallScalerCall[];
	goingOn: CallScalerCall;
}

async function openBusiness(n8n: N8n, kind: Kind): Promise<Business> {
	const api = await APIS[kind]();
	const before = api.business.callFlow('Before');
	const history = Array.from({ length: 3 }, () => {
		api.clock.forward(MINUTE_IN_MILLISECONDS);
		return api.business.call(before, { duration_seconds: 45 });
	});
	api.clock.forward(5 * MINUTE_IN_MILLISECONDS);
	const scene = await Scene.open(n8n, { api, filters: { minDuration: 30 } });
	// They are calls of the flow that is asked for, and something becomes known of them when the workflow is active.
	for (const { call_id } of history) api.business.change(call_id, { call_flow_id: scene.flow.id });

	const delivered = [await scene.prove(), ...(await scene.delivered(DELIVERED - 2))];
	const tooShort = scene.call(TOO_SHORT);
	await scene.deliver(tooShort);
	delivered.push(scene.call());
	scene.makeDue();
	await scene.ran(DELIVERED);
	return { kind, scene, history, delivered, undelivered: [], others: [tooShort], goingOn: {} };
}

function happenWhileDown(business: Business): void {
	const { scene } = business;
	const { api } = scene;
	const other = api.business.callFlow('Other');
	business.undelivered = scene.calls(UNDELIVERED / 2);
	business.others.push(api.business.call(other), api.business.call(other), ...[0, 1].map(() => scene.call(TOO_SHORT)));
	business.undelivered.push(...scene.calls(UNDELIVERED / 2));
	business.goingOn = api.business.beginCall(scene.flow, { call_id: 'call-going-on' });
	scene.makeDue();
}

/**
 * An API whose clock is an hour ahead is to n8n what a clock of its own is that is an hour behind. What is reckoned from both
 * clocks is the same in every n8n, so one is enough for that.
 */
const CLOCKS: Array<[string, number]> = [
	['right', 0],
	['an hour ahead', HOUR_IN_MILLISECONDS],
];
const isInFull = process.env.IN_FULL === 'true' && process.env.N8N_HOST !== '1.x';

describe.each(isInFull ? CLOCKS : CLOCKS.slice(0, 1))('n8n was down, and its clock is %s', (_, clock) => {
	let n8n: N8n;
	const businesses: Business[] = [];
	const kinds = Object.keys(APIS).filter((kind): kind is Kind => kind in APIS);

	/** The same of every business at once: most of it is waiting. */
	const ofEach = async <Result>(ask: (business: Business) => Promise<Result>): Promise<Record<string, Result>> =>
		Object.fromEntries(await Promise.all(businesses.map(async (each) => [each.kind, await ask(each)])));

	beforeAll(async () => {
		const probe = await openProbe({ clock, minutesAreSeconds: true });
		n8n = await boot({ env: { ...probe.env, N8N_LOG_LEVEL: 'debug' } });
		// With a wrong clock in n8n one API is enough.
		const used = clock === 0 ? kinds : kinds.slice(0, 1);
		businesses.push(...(await Promise.all(used.map(async (kind) => await openBusiness(n8n, kind)))));
		// What has run is stored as such only a moment later: a kill before that would leave it crashed.
		for (const { scene } of businesses) await n8n.executions.settled(scene.workflow.id);
		await n8n.kill();
		businesses.forEach(happenWhileDown);
		await n8n.bootAgain(clockAhead(clock + Math.max(...businesses.map(({ scene }) => scene.ahead()))));
	});
	afterAll(async () => {
		await n8n.stop();
		await Promise.all(businesses.map(async ({ scene }) => await scene.close()));
	});

	it('hands over every call that is undelivered, once, the oldest first, and no other', async () => {
		const ran = await ofEach(async ({ scene }) => {
			await scene.ran(DELIVERED + UNDELIVERED);
			await scene.asked(2);
			return scene.ids();
		});
		expect(ran).toEqual(await ofEach(async ({ delivered, undelivered }) => idsOf([...delivered, ...undelivered])));
	});

	it('gives each an execution of its own, of which none fails', async () => {
		for (const { scene, undelivered } of businesses) {
			const caughtUp = scene.sink.calls().filter(({ item }) => idsOf(undelivered).includes(String(item.call_id)));
			expect(new Set(caughtUp.map(({ executionId }) => executionId)).size).toBe(UNDELIVERED);
			for (const { executionId } of caughtUp) {
				const { mode, items } = await n8n.executions.get(executionId);
				expect(mode).toBe('trigger');
				expect(items(TRIGGER)).toHaveLength(1);
			}
			const executions = await n8n.executions.settled(scene.workflow.id);
			expect(countBy(executions, ({ status }) => status)).toEqual({ success: executions.length });
			const asking = executions.length - DELIVERED - UNDELIVERED;
			console.info(`${asking} executions looked up n8n's list.`);
			// One for each asking that finds calls it does not know: after the restart the first, on a slow machine the second too.
			expect(asking).toBeLessThanOrEqual(2);
		}
	});

	it('answers the late webhook of a call that was caught up as a duplicate', async () => {
		const answers = await ofEach(async ({ scene, undelivered }) => {
			const attempts = [];
			for (const call of undelivered) attempts.push(await scene.deliver(call));
			await n8n.executions.settled(scene.workflow.id);
			return { ...tally(attempts), ran: scene.ids().length };
		});
		expect(answers).toEqual(await ofEach(async () => ({ '200 duplicate': UNDELIVERED, ran: DELIVERED + UNDELIVERED })));
	});

	it('leaves a call that goes on to its webhook', async () => {
		const ran = await ofEach(async ({ scene, goingOn }) => {
			const ended = scene.api.business.end(goingOn.call_id);
			const answers = tally([await scene.deliver(ended)]);
			scene.makeDue();
			await scene.asked(2);
			return { answers, more: scene.ids().slice(DELIVERED + UNDELIVERED) };
		});
		expect(ran).toEqual(await ofEach(async () => ({ answers: { '200 accepted': 1 }, more: ['call-going-on'] })));
	});

	it('hands nothing over twice when calls are told of again, as when their analysis is done', async () => {
		const before = await ofEach(async ({ scene }) => [
			scene.ids(),
			(await n8n.executions.settled(scene.workflow.id)).length,
		]);
		const after = await ofEach(async ({ scene, history, delivered, undelivered, others }) => {
			for (const { call_id } of [...history, ...delivered, ...undelivered, ...others]) {
				scene.api.business.change(call_id, { ai_score: 99 });
			}
			await scene.asked(3);
			return [scene.ids(), (await n8n.executions.settled(scene.workflow.id)).length];
		});
		expect(after).toEqual(before);
	});

	it('gives a caught-up call as its webhook would, but for what the API does not tell', () => {
		for (const { scene, delivered, undelivered } of businesses) {
			const itemOf = (id: unknown) => scene.sink.items().find(({ call_id }) => call_id === id) ?? {};
			const [byWebhook, caughtUp] = [itemOf(delivered[1]?.call_id), itemOf(undelivered[0]?.call_id)];
			expect(Object.keys(caughtUp)).toEqual(expect.arrayContaining(Object.keys(byWebhook)));
			const { transcription, summary, created_at, caller_number } = undelivered[0] ?? {};
			expect(caughtUp).toMatchObject({
				event: 'call.completed',
				call_flow_id: scene.flow.id,
				call_flow_name: 'Main Line',
				...{ transcription, summary, created_at, caller_number, qualified_ai: true, duration_seconds: 45 },
				...{ gclid: null, landing_page_url: null, business_id: null, ai_processed: null, delivery_id: null },
				delivery: { via: 'catch_up' },
			});
			expect(byWebhook).toMatchObject({ delivery: { via: 'webhook' } });
		}
	});

	it('shows the API key to nobody but the API', async () => {
		const keys = businesses.map(({ scene }) => scene.api.apiKey);
		for (const { scene } of businesses) {
			for (const { path, query, headers } of scene.api.allRequests()) {
				expect(headers.authorization).toBe(`Bearer ${scene.api.apiKey}`);
				expect(JSON.stringify([path, query])).not.toContain(scene.api.apiKey);
			}
		}
		const shown = JSON.stringify([n8n.log(), ...businesses.map(({ scene }) => scene.sink.items())]);
		expect(keys.filter((key) => shown.includes(key))).toEqual([]);
		await n8n.stopAndKeep();
		expect(leaksOf(n8n, keys)).toEqual([]);
	});
});
