import { z } from 'zod';

import { callScalerCall, CallsApi, Clock, ENVELOPES, failures } from '../../host/simulators';
import { waitUntil } from '../../lib/wait-until';

const page = z.object({
	data: z.object({
		calls: z.array(z.record(z.unknown())),
		has_more: z.boolean(),
		next_cursor: z.string().nullable(),
	}),
});

describe("the simulator of CallScaler's Calls API", () => {
	let api: CallsApi;

	beforeEach(async () => {
		api = await CallsApi.open({ clock: new Clock(-3_600_000) });
	});
	afterEach(async () => await api.close());

	const ask = async (path: string, apiKey = api.apiKey) =>
		await fetch(`${api.baseUrl()}${path}`, { headers: { authorization: `Bearer ${apiKey}` }, redirect: 'manual' });
	const calls = async (query: Record<string, string>) =>
		page.parse(await (await ask(`/calls?${new URLSearchParams(query)}`)).json()).data;
	const ids = async (query: Record<string, string>) => (await calls(query)).calls.map(({ id }) => id);

	it('gives a row of what the webhook delivers, without what the list is not known to tell', async () => {
		const flow = api.business.callFlow('Main Line');
		const call = api.business.call(flow, { caller_name: 'Dana Reyes' });
		const [row] = (await calls({ include: 'transcription,summary' })).calls;
		expect(row).toMatchObject({
			id: call.call_id,
			caller_name: 'Dana Reyes',
			call_flow_name: 'Main Line',
			created_at: call.created_at,
			transcription: call.transcription,
			summary: call.summary,
		});
		expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['call_id']));
		for (const name of ['call_id', 'event', 'call_flow_id', 'gclid', 'delivery_id', 'attempt']) {
			expect(row).not.toHaveProperty(name);
		}
		expect((await calls({})).calls[0]).not.toHaveProperty('transcription');
	});

	it('gives the same calls page after page, also where more come in meanwhile', async () => {
		const flow = api.business.callFlow('Main Line');
		const at = (minute: number) => ({ created_at: `2026-03-30T14:${minute}:00Z` });
		const made = [10, 11, 12, 13, 14].map((minute) => api.business.call(flow, at(minute)).call_id);
		const first = await calls({ limit: '2' });
		api.business.call(flow, at(15));
		const second = await calls({ limit: '2', cursor: String(first.next_cursor) });
		const third = await calls({ limit: '2', cursor: String(second.next_cursor) });
		const all = [first, second, third].flatMap((each) => each.calls.map(({ id }) => id));
		expect(all).toEqual([...made].reverse());
		expect([first, second, third].map(({ has_more }) => has_more)).toEqual([true, true, false]);
	});

	it('narrows by call flow, and by what changed since', async () => {
		const [main, other] = [api.business.callFlow('Main Line'), api.business.callFlow('Other')];
		const old = api.business.call(main, { created_at: '2026-01-01T00:00:00Z' }).call_id;
		const fresh = api.business.call(main).call_id;
		const others = api.business.call(other).call_id;
		const since = { updated_since: new Date(api.clock.now().getTime() - 60_000).toISOString() };
		expect(await ids({ call_flow_id: main.id })).toEqual([fresh, old]);
		expect(await ids({ ...since })).toEqual(expect.arrayContaining([fresh, others]));
		expect(await ids({ ...since, call_flow_id: main.id })).toEqual([fresh]);
		api.business.change(old, { ai_score: 12 });
		expect(await ids({ ...since, call_flow_id: main.id })).toEqual([fresh, old]);
		expect((await ask('/calls?updated_since=yesterday')).status).toBe(422);
	});

	it('tells the call flows, wants the key, and dates its answers by its own clock', async () => {
		const flow = api.business.callFlow('Main Line');
		const flows = await ask('/call-flows');
		expect(await flows.json()).toMatchObject({ data: { call_flows: [flow] } });
		const date = () => new Date(flows.headers.get('date') ?? '').getTime() - Date.now();
		expect(date()).toBeGreaterThan(-3_602_000);
		expect(date()).toBeLessThan(-3_599_000);
		expect((await ask('/calls', 'another key')).status).toBe(401);
		expect((await ask('/elsewhere')).status).toBe(404);
		expect(api.allRequests().map(({ path }) => path)).toEqual(['/call-flows', '/calls', '/elsewhere']);
	});

	it('lets a call go on until it ends', async () => {
		const flow = api.business.callFlow('Main Line');
		const { call_id } = api.business.beginCall(flow);
		expect((await calls({})).calls).toMatchObject([{ id: call_id, status: 'in-progress', duration_seconds: null }]);
		api.clock.forward(90_000);
		api.business.end(call_id);
		expect((await calls({})).calls).toMatchObject([{ id: call_id, status: 'completed', duration_seconds: 90 }]);
	});

	it.each(Object.entries(ENVELOPES))('puts its rows into other envelopes: %s', async (_, envelope) => {
		api.business.call(api.business.callFlow('Main Line'), callScalerCall({ call_id: 'call-1' }));
		api.present({ envelope, changeRow: ({ id, ...row }) => ({ ...row, other_id: id }) });
		expect(JSON.stringify(await (await ask('/calls')).json())).toContain('"other_id":"call-1"');
	});

	it('fails as it is told, and answers again', async () => {
		api.fail(failures.limitRate(7));
		const limited = await ask('/calls');
		expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
		api.fail(failures.redirectTo('http://localhost:1/'));
		expect((await ask('/calls')).headers.get('location')).toBe('http://localhost:1/');
		api.fail(failures.answerHalf);
		await expect((await ask('/calls')).json()).rejects.toThrow();
		api.fail(failures.breakOff);
		await expect((await ask('/calls')).text()).rejects.toThrow();
		api.fail(failures.hangUp);
		await expect(ask('/calls')).rejects.toThrow();
		api.fail(failures.answerMegabytes(11));
		expect((await (await ask('/calls')).text()).length).toBeGreaterThan(11 * 2 ** 20);
		api.answerNormally();
		expect((await ask('/calls')).status).toBe(200);
	});

	it('sends a million rows until its caller hangs up', async () => {
		api.fail(failures.answerMillion);
		const answer = await ask('/calls');
		let read = 0;
		for await (const piece of answer.body ?? []) {
			read += piece.length;
			if (read > 2 ** 20) break;
		}
		expect(read).toBeGreaterThan(2 ** 20);
		const { bytes } = await waitUntil('the answer is over', () => api.requests()[0]?.answered);
		expect(bytes).toBeLessThan(50 * 2 ** 20);
	});
});
