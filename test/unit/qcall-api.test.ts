import { z } from 'zod';

import { Clock, failures, type KnownCall, QCallApi } from '../../host/simulators';

const answer = z.object({ success: z.boolean(), status: z.number(), message: z.string(), data: z.unknown() });
const rows = z.array(z.record(z.unknown()));

describe("the simulator of QCall's API", () => {
	let api: QCallApi;

	beforeEach(async () => {
		api = await QCallApi.open({ clock: new Clock(-3_600_000) });
	});
	afterEach(async () => await api.close());

	const ask = async (path: string, query: Record<string, string> = {}, apiKey = api.apiKey) =>
		await fetch(`${api.baseUrl()}${path}?${new URLSearchParams(query)}`, { headers: { 'x-api-key': apiKey } });
	const dataOf = async (path: string, query: Record<string, string> = {}) =>
		answer.parse(await (await ask(path, query)).json()).data;
	const singles = async (query: Record<string, string> = {}) => rows.parse(await dataOf('/playground/list', query));
	const ofCampaigns = async (query: Record<string, string> = {}) =>
		z.object({ call_logs: rows, total: z.number() }).parse(await dataOf('/campaign/callLogs', query)).call_logs;
	const sidsOf = (found: Array<Record<string, unknown>>) => found.map(({ call_sid, callsid }) => call_sid ?? callsid);

	it('tells of a single call what its webhook delivers, but for what a model makes of the talk', async () => {
		const { sid, delivered } = api.workspace.call(api.workspace.assistant('Ava'), { first_name: 'Dana' });
		const [row] = await singles();
		expect(row).toMatchObject({
			...{ call_sid: sid, assistant_name: 'Ava', call_status: 'completed', first_name: 'Dana' },
			...{ recording_url: delivered.recording_url, call_duration_in_sec: delivered.call_duration },
		});
		for (const name of ['order_id', 'address', 'call_outcome', 'call_summary']) expect(row).not.toHaveProperty(name);
	});

	it('tells the recording of a campaign’s call only where that call is asked for', async () => {
		const campaign = api.workspace.campaign('Spring', api.workspace.assistant('Ava'));
		const { sid, delivered } = api.workspace.call(campaign);
		expect(await singles()).toEqual([]);
		const [row] = await ofCampaigns();
		expect(row).toMatchObject({ callsid: sid, campaigns_name: 'Spring', phone: delivered.phone_number });
		expect(row).not.toHaveProperty('recording_url');
		expect(row).not.toHaveProperty('assistant_name');
		expect(await dataOf(`/activity/${sid}/transcript`)).toMatchObject({ recording_url: delivered.recording_url });
		const gone = await ask('/activity/CA-none/transcript');
		expect([gone.status, answer.parse(await gone.json())]).toMatchObject([200, { success: false, status: 404 }]);
		expect(await dataOf('/campaign/list')).toMatchObject({
			campaigns: [{ campaigns_name: 'Spring', assistant_name: 'Ava' }],
		});
	});

	it('numbers its pages from 0, the newest first, so that a call that appears shifts those behind', async () => {
		const ava = api.workspace.assistant('Ava');
		const made: KnownCall[] = [];
		for (let each = 0; each < 5; each++) {
			api.clock.forward(60_000);
			made.unshift(api.workspace.call(ava));
		}
		expect(sidsOf(await singles({ page: '0', perpage: '2' }))).toEqual(made.slice(0, 2).map(({ sid }) => sid));
		let isFirst = true;
		api.before(() => {
			api.clock.forward(60_000);
			if (isFirst) api.workspace.call(ava);
			isFirst = false;
		});
		expect(sidsOf(await singles({ page: '1', perpage: '2' }))).toEqual(made.slice(1, 3).map(({ sid }) => sid));
		expect(await singles({ page: '3', perpage: '2' })).toEqual([]);
		api.repeatPages();
		expect(await singles({ page: '3', perpage: '2' })).toHaveLength(2);
		api.repeatPages(false);
		api.present({ mostRows: 1 });
		expect(await singles()).toHaveLength(1);
	});

	it('narrows campaigns’ calls by day', async () => {
		const campaign = api.workspace.campaign('Spring', api.workspace.assistant('Ava'));
		const on = (day: string) => api.workspace.call(campaign, {}, new Date(`${day}T23:30:00Z`)).sid;
		const [, second, third] = ['2026-04-22', '2026-04-23', '2026-04-24', '2026-04-25'].map(on);
		expect(sidsOf(await ofCampaigns({ fromDate: '2026-04-23', toDate: '2026-04-24' }))).toEqual([third, second]);
	});

	it('tells of a call that goes on without its recording, until it has ended', async () => {
		const call = api.workspace.beginCall(api.workspace.assistant('Ava'));
		expect(await singles()).toMatchObject([{ call_status: 'inProgress', call_duration_in_sec: 0, recording_url: '' }]);
		api.clock.forward(90_000);
		api.workspace.end(call);
		expect(await singles()).toMatchObject([{ call_status: 'completed', call_duration_in_sec: 90 }]);
	});

	it('fails as its client knows it', async () => {
		const refused = await ask('/user/listAssistant', {}, 'qc_live_wrong');
		expect([refused.status, answer.parse(await refused.json())]).toMatchObject([401, { success: false, status: 401 }]);
		api.fail(failures.failInside(401, 'Invalid API key'));
		const inside = await ask('/playground/list');
		expect([inside.status, answer.parse(await inside.json())]).toMatchObject([200, { success: false, status: 401 }]);
		api.fail(failures.limitRate(7), '/activity/');
		const limited = await ask('/activity/CA1/transcript');
		expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
		api.answerNormally();
		expect((await ask('/playground/list')).status).toBe(200);
		expect(api.requests().map(({ headers }) => headers['x-api-key'])).toEqual([api.apiKey, api.apiKey]);
	});
});
