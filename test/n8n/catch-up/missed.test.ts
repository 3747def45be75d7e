import { boot, type N8n } from '../../../host';
import { openProbe } from '../../../host/probe';
import { CallsApi, type CallScalerCall, Clock, ENVELOPES } from '../../../host/simulators';
import { leaksOf } from '../guarantees/support/leaks';
import { verdictOf } from '../support/verdict';
import { HOUR_IN_MILLISECONDS, idsOf, MINUTE_IN_MILLISECONDS, Scene, TRIGGER } from './support/scene';

const MISSED = 12;
const DELIVERED = 4;
const TOO_SHORT = { duration_seconds: 5 };

/** What nobody here knows of the API, and what may be wrong with clocks: none of it may make a difference. */
const APIS = {
	'as it is documented': async () => await CallsApi.open(),
	'five rows a page': async () => await CallsApi.open({ mostRows: 5 }),
	'a clock that is an hour ahead': async () => await CallsApi.open({ clock: new Clock(HOUR_IN_MILLISECONDS) }),
	'a clock that is an hour behind': async () => await CallsApi.open({ clock: new Clock(-HOUR_IN_MILLISECONDS) }),
	'rows without data around them': async () => await CallsApi.open({ envelope: ENVELOPES.withoutData }),
	'a list in data': async () => await CallsApi.open({ envelope: ENVELOPES.listInData }),
	'a bare list': async () => await CallsApi.open({ envelope: ENVELOPES.bareList }),
	'call_id in place of id': async () =>
		await CallsApi.open({ changeRow: ({ id, ...row }) => ({ call_id: id, ...row }) }),
};
type Kind = keyof typeof APIS;
const KINDS = Object.keys(APIS).filter((kind): kind is Kind => kind in APIS);

/** One business, and what became of its calls before, while and after n8n was down. */
interface Business {
	scene: Scene;
	/** Before the workflow was activated. */
	history: CallScalerCall[];
	delivered: CallScalerCall[];
	/** While n8n was down. */
	missed: CallScalerCall[];
	tooShort: CallScalerCall[];
	ofAnotherFlow: CallScalerCall[];
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
	// They are calls of the flow that is asked for, and their analysis comes when the workflow is active.
	for (const { call_id } of history) api.business.change(call_id, { call_flow_id: scene.flow.id });

	const proof = await scene.prove();
	const more = scene.calls(DELIVERED - 1);
	for (const call of more) await scene.deliver(call);
	await scene.deliver(scene.call(TOO_SHORT));
	await scene.asked();
	for (const { call_id } of history) api.business.change(call_id, { ai_score: 7 });

	return {
		scene,
		history,
		delivered: [proof, ...more],
		missed: [],
		tooShort: [],
		ofAnotherFlow: [],
		goingOn: {},
	};
}

function happenWhileDown(business: Business): void {
	const { scene } = business;
	const { api } = scene;
	const other = api.business.callFlow('Other');
	business.missed = scene.calls(MISSED / 2);
	business.ofAnotherFlow = [api.business.call(other), api.business.call(other)];
	business.tooShort = scene.calls(2, TOO_SHORT);
	business.missed.push(...scene.calls(MISSED / 2));
	business.goingOn = api.business.beginCall(scene.flow, { call_id: 'call-going-on' });
	scene.makeDue();
}

describe.each([
	['right', 0],
	['an hour ahead', HOUR_IN_MILLISECONDS],
	['an hour behind', -HOUR_IN_MILLISECONDS],
])('n8n was down, and its clock is %s', (_, clock) => {
	let n8n: N8n;
	let businesses: Map<Kind, Business>;
	const of = (kind: Kind): Business => {
		const business = businesses.get(kind);
		if (!business) throw new Error(`There is no business with ${kind}.`);
		return business;
	};
	const kinds = clock === 0 ? KINDS : KINDS.slice(0, 1);

	beforeAll(async () => {
		const probe = await openProbe({ clock, minutesAreSeconds: true });
		n8n = await boot({ env: { ...probe.env, N8N_LOG_LEVEL: 'debug' } });
		businesses = new Map(
			await Promise.all(kinds.map(async (kind): Promise<[Kind, Business]> => [kind, await openBusiness(n8n, kind)])),
		);
		await n8n.kill();
		for (const business of businesses.values()) happenWhileDown(business);
		await n8n.bootAgain();
	});
	afterAll(async () => {
		await n8n.stop();
		await Promise.all([...businesses.values()].map(async ({ scene }) => await scene.close()));
	});

	describe.each(kinds)('the API has %s', (kind) => {
		it('hands on every call that was missed, once, the oldest first, and no other', async () => {
			const { scene, delivered, missed } = of(kind);
			await scene.ran(DELIVERED + MISSED);
			await scene.asked(2);
			expect(scene.ids()).toEqual([...idsOf(delivered), ...idsOf(missed)]);
		});

		it('gives each an execution of its own', async () => {
			const { scene, missed } = of(kind);
			const caughtUp = scene.sink.calls().filter(({ item }) => idsOf(missed).includes(String(item.call_id)));
			expect(new Set(caughtUp.map(({ executionId }) => executionId)).size).toBe(MISSED);
			const executions = await n8n.executions.settled(scene.workflow.id);
			expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
			// One more may have asked the durable list which calls are missing.
			expect(executions.length - DELIVERED - MISSED).toBeLessThanOrEqual(1);
			for (const { executionId } of caughtUp) {
				const { mode, items } = await n8n.executions.get(executionId);
				expect(mode).toBe('trigger');
				expect(items(TRIGGER)).toHaveLength(1);
			}
		});

		it('answers the late webhook of a call that was caught up as a duplicate', async () => {
			const { scene, missed } = of(kind);
			for (const call of missed) expect(verdictOf(await scene.deliver(call))).toBe('200 duplicate');
			await n8n.executions.settled(scene.workflow.id);
			expect(scene.ids()).toHaveLength(DELIVERED + MISSED);
		});

		it('leaves a call that goes on to its webhook', async () => {
			const { scene, goingOn } = of(kind);
			const ended = scene.api.business.end(goingOn.call_id);
			expect(verdictOf(await scene.deliver(ended))).toBe('200 accepted');
			scene.makeDue();
			await scene.asked(2);
			expect(scene.ids().slice(DELIVERED + MISSED)).toEqual([goingOn.call_id]);
		});

		it('hands nothing on twice when calls are told of again, as when their analysis is done', async () => {
			const { scene, history, delivered, missed, tooShort } = of(kind);
			const before = scene.ids();
			const executions = await n8n.executions.settled(scene.workflow.id);
			for (const { call_id } of [...history, ...delivered, ...missed, ...tooShort]) {
				scene.api.business.change(call_id, { ai_score: 99 });
			}
			await scene.asked(3);
			expect(scene.ids()).toEqual(before);
			expect(await n8n.executions.settled(scene.workflow.id)).toHaveLength(executions.length);
		});
	});

	it('gives a caught-up call as its webhook would, but for what the API does not tell', async () => {
		const { scene, delivered, missed } = of('as it is documented');
		const itemOf = (id: unknown) => scene.sink.items().find(({ call_id }) => call_id === id) ?? {};
		const [byWebhook, caughtUp] = [itemOf(delivered[1]?.call_id), itemOf(missed[0]?.call_id)];
		expect(Object.keys(caughtUp)).toEqual(expect.arrayContaining(Object.keys(byWebhook)));
		const { transcription, summary, created_at, caller_number } = missed[0] ?? {};
		expect(caughtUp).toMatchObject({
			event: 'call.completed',
			call_flow_id: scene.flow.id,
			call_flow_name: 'Main Line',
			...{ transcription, summary, created_at, caller_number, qualified_ai: true, duration_seconds: 45 },
			...{
				gclid: null,
				landing_page_url: null,
				business_id: null,
				ai_processed: null,
				delivery_id: null,
				attempt: null,
			},
			delivery: { via: 'catch_up' },
		});
		expect(byWebhook).toMatchObject({ delivery: { via: 'webhook' } });
	});

	it('shows the API key to nobody but the API', async () => {
		const keys = [...businesses.values()].map(({ scene }) => scene.api.apiKey);
		for (const { scene } of businesses.values()) {
			for (const { path, query, headers } of scene.api.allRequests()) {
				expect(headers.authorization).toBe(`Bearer ${scene.api.apiKey}`);
				expect(JSON.stringify([path, query])).not.toContain('cs_key');
			}
			expect(JSON.stringify(scene.sink.items())).not.toContain('cs_key');
		}
		expect(n8n.log()).not.toContain('cs_key');
		await n8n.stopAndKeep();
		expect(leaksOf(n8n, [...keys, 'cs_key'])).toEqual([]);
	});
});
