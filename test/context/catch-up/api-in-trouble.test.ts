import { ENVELOPES, failures } from '../../../host/simulators';
import { logged, noteTheLog, pass, Scene } from './scene';

noteTheLog();

let scene: Scene;

afterEach(async () => await scene.close());

const said = () => logged.filter((line) => line.includes('catching up: '));

async function proved(parameters = {}, credential = {}): Promise<Scene> {
	scene = await Scene.open(parameters, credential);
	await scene.start();
	await scene.deliver();
	return scene;
}

it.each([
	['a refused key', failures.refuseKey, 'refuses the API key (status 401)'],
	['a failure', failures.refuse(503, 'down'), 'has a problem of its own (status 503)'],
	['an odd status', failures.refuse(418, 'teapot'), 'the unexpected status 418'],
	['another address', failures.redirectTo('http://localhost:1/'), 'which is not followed'],
	['a page', failures.answerHtml, 'is no JSON but perhaps a web page'],
	['half an answer', failures.answerHalf, 'no JSON'],
	['no end of it', failures.breakOff, 'broke off'],
	['no answer', failures.hangUp, 'cannot be reached (ECONNRESET)'],
	['11 MB', failures.answerMegabytes(11), 'more than 10 MB'],
])('says once that the API answers with %s, and catches up when it answers again', async (_what, failure, text) => {
	await proved();
	const undelivered = scene.undelivered();
	scene.later(30);
	scene.api.fail(failure);
	await scene.ask();
	await scene.ask();
	expect(said()).toHaveLength(1);
	expect(said()[0]).toContain(text);
	expect(said()[0]).toContain('. Webhooks are accepted as ever; undelivered calls are asked for again.');
	expect(logged.join('\n')).not.toContain(scene.api.apiKey);
	expect((await scene.send(scene.undelivered())).status).toBe(200);
	scene.api.answerNormally();
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(said().filter((line) => line.includes('CallScaler can be asked again'))).toHaveLength(1);
});

it('gives up an answer that has not come after 20 seconds, and ends its connection', async () => {
	await proved();
	scene.api.fail(failures.hang);
	const asked = scene.api.allRequests().length;
	const asking = scene.ask();
	while (scene.api.allRequests().length === asked) await new Promise(setImmediate);
	pass(20_000);
	await asking;
	expect(said()).toEqual([expect.stringContaining('CallScaler did not answer within 20 seconds')]);
	while (scene.api.allRequests().at(-1)?.answered === undefined) await new Promise(setImmediate);
});

it('waits as long as the API wants', async () => {
	await proved();
	scene.undelivered();
	scene.later(30);
	scene.api.fail(failures.limitRate(3));
	await scene.ask();
	expect(said()[0]).toContain('asked again after 3 seconds');
	scene.api.answerNormally();
	const asked = scene.api.allRequests().length;
	await scene.ask();
	expect(scene.api.allRequests()).toHaveLength(asked);
	pass(3_000);
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
});

it('sends the key to the API alone, and follows the pages', async () => {
	await proved();
	for (let each = 0; each < 205; each++) scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(206);
	const requests = scene.api.allRequests();
	expect(new Set(requests.map(({ headers }) => headers.authorization))).toEqual(
		new Set([`Bearer ${scene.api.apiKey}`]),
	);
	expect(scene.api.requests().filter(({ query }) => query.cursor !== undefined).length).toBeGreaterThanOrEqual(2);
});

it('waits for its next page as long as the API wants, rather than to begin anew', async () => {
	await proved();
	for (let each = 0; each < 150; each++) scene.undelivered();
	scene.later(30);
	let pages = 0;
	scene.api.fail(failures.limitRate(1), '/calls', ({ cursor }) => cursor !== undefined && ++pages === 1);
	await scene.ask();
	expect(scene.handled).toHaveLength(151);
	expect(pages).toBe(2);
	expect(said().filter((line) => line.includes('status 429'))).toEqual([]);
});

it('says that the other call flows are caught up where they are: not where the first is limited', async () => {
	await proved();
	scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, 'second', 'third'] }, [], 'update');
	await scene.ask();
	scene.api.fail(failures.limitRate(600));
	await scene.ask();
	expect(said().join('\n')).not.toContain('those of the others are');
	expect(said().filter((line) => line.includes('status 429'))).toHaveLength(1);
	scene.later(15);
	scene.api.fail(failures.limitRate(600), '/calls', ({ call_flow_id }) => call_flow_id === 'third');
	await scene.ask();
	// The one that was limited before comes last.
	expect(said().join('\n')).toContain(`some of the chosen call flows (third, ${scene.flow.id}) cannot be asked for`);
});

it('reads on behind a page without calls that names a next one', async () => {
	await proved();
	const undelivered = scene.undelivered();
	scene.later(30);
	let pages = 0;
	scene.api.present({
		envelope: (calls, next) => (++pages === 1 ? ENVELOPES.documented([], 'on') : ENVELOPES.documented(calls, next)),
	});
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it('does not follow pages without calls for ever', async () => {
	await proved();
	scene.later(30);
	let pages = 0;
	scene.api.present({ envelope: () => ENVELOPES.documented([], `page ${++pages}`) });
	await scene.ask();
	expect(pages).toBe(11);
	expect(said().join('\n')).toContain('a next page again and again');
});

it('catches up on the other call flows where one is gone, and names it', async () => {
	scene = await Scene.open({}, {}, ['gone']);
	await scene.start();
	await scene.deliver();
	const undelivered = scene.undelivered();
	scene.later(30);
	scene.api.fail(
		failures.refuse(404, 'There is nothing here.'),
		'/calls',
		({ call_flow_id }) => call_flow_id === 'gone',
	);
	await scene.ask();
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(said().filter((line) => line.includes('(gone) cannot be asked for'))).toHaveLength(1);
	const [, before] = scene.api.requests().map(({ query }) => query.updated_since);
	scene.later(300);
	await scene.ask();
	const since = (flow: string) => scene.api.requests().findLast(({ query }) => query.call_flow_id === flow)?.query;
	// By the API's clock, which tells whole seconds.
	expect(Math.abs(Date.parse(since('gone')?.updated_since ?? '') - Date.parse(before ?? ''))).toBeLessThan(2_000);
	expect(since(scene.flow.id)?.updated_since).not.toBe(before);
});

it.each([
	[['gone'], 'one of the chosen call flows (gone) cannot be asked for, so its undelivered calls are not caught up'],
	[
		['gone', 'lost'],
		'some of the chosen call flows (gone, lost) cannot be asked for, so their undelivered calls are not',
	],
])('names call flows that were gone before it first asked, and what to do: %j', async (gone, what) => {
	scene = await Scene.open({}, {}, gone);
	scene.api.fail(failures.refuse(404, 'no'), '/calls', ({ call_flow_id }) => gone.includes(String(call_flow_id)));
	await scene.start();
	expect(said()).toHaveLength(1);
	expect(said()[0]).toContain(what);
	// Why is said once, though it is so for each.
	expect(said()[0]?.split('there is no such address')).toHaveLength(2);
	expect(said()[0]).toContain('take it out of the node and publish again');
});

it('asks for the other call flows where one is limited at each asking, whichever is the first', async () => {
	await proved();
	scene.api.fail(failures.limitRate(600), '/calls', ({ call_flow_id }) => call_flow_id === 'limited');
	scene = await scene.restart({ catchUpCallFlows: ['limited', scene.flow.id] }, [], 'update');
	const { call_id } = scene.undelivered();
	for (let asked = 0; asked < 3; asked++) {
		scene.later(30);
		await scene.ask();
	}
	expect(scene.ids).toContain(call_id);
});

it('asks again as soon as one of the call flows lets it, where none can be asked for', async () => {
	await proved();
	scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, 'second'] }, [], 'update');
	let asked = 0;
	const [forHours, now] = [failures.refuse(503, 'down', { 'retry-after': '21600' }), failures.refuse(500, 'down')];
	scene.api.fail((response) => (asked++ === 0 ? forHours : now)(response));
	await scene.ask();
	const { call_id } = scene.undelivered();
	scene.api.answerNormally();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
});

it('asks once for a call flow that is chosen twice', async () => {
	scene = await Scene.open({}, {}, ['twice', 'twice']);
	await scene.start();
	expect(scene.api.requests().map(({ query }) => query.call_flow_id)).toEqual([scene.flow.id, 'twice']);
});

it('asks for a call flow that was chosen later from then on', async () => {
	await proved();
	scene.later(24 * 60);
	const later = scene.api.business.callFlow('Bing');
	const chosenAt = scene.api.clock.now().getTime();
	scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, later.id] }, [], 'update');
	const since = (flow: string) =>
		chosenAt -
		Date.parse(scene.api.requests().findLast(({ query }) => query.call_flow_id === flow)?.query.updated_since ?? '');
	expect(since(later.id)).toBeLessThan(2_000);
	expect(since(scene.flow.id)).toBeGreaterThan(23 * 3_600_000);
});

it('asks for the names of call flows once, where rows are told apart without', async () => {
	await proved();
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
	expect(scene.api.requests('/call-flows')).toHaveLength(1);
});

it('passes over rows without an id, and says how many', async () => {
	await proved();
	const undelivered = scene.undelivered();
	scene.undelivered({ caller_name: 'nobody' });
	scene.later(30);
	scene.api.present({ changeRow: ({ id, ...row }) => (row.caller_name === 'nobody' ? row : { id, ...row }) });
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([undelivered.call_id]);
	const told = () => said().filter((line) => line.includes('passed over 1 row without an ID'));
	await scene.ask();
	expect(told()).toHaveLength(1);
	// Once there was none, it is said anew.
	for (let each = 0; each < 2; each++) {
		scene.later(180);
		await scene.ask();
	}
	scene.undelivered({ caller_name: 'nobody' });
	scene.later(30);
	await scene.ask();
	expect(told()).toHaveLength(2);
});

it('asks again for calls whose rows had no id, once they have', async () => {
	await proved();
	const undelivered = scene.undelivered();
	scene.later(30);
	scene.api.present({ changeRow: (row) => ({ ...row, id: null }) });
	await scene.ask();
	scene.later(120);
	await scene.ask();
	scene.api.present({ changeRow: (row) => row });
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it('goes back less far where there are more calls than its history can tell apart, and says so', async () => {
	await proved({ options: { dedupeHistory: 20 } });
	for (let each = 0; each < 30; each++) scene.undelivered();
	// Farther back than the shortest range.
	scene.later(120);
	const undelivered = scene.undelivered();
	scene.later(30);
	for (let each = 0; each < 12 && !scene.ids.includes(undelivered.call_id); each++) await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(said().join('\n')).toContain('are not caught up. Raise that option');
	expect(scene.handled.length).toBeLessThan(15);
});

it.each([
	[{ apiKey: '' }, 'has no API key'],
	[{ apiKey: 'a b' }, 'no header can carry'],
	[{ baseUrl: 'http://example.com/api' }, 'must begin with https://'],
	[{ baseUrl: 'callscaler.com' }, 'must begin with https://'],
	[{ baseUrl: 'https://callscaler.com/api/v1#' }, 'must begin with https://'],
	[{ baseUrl: 'https://callscaler.com/api/v1?' }, 'must begin with https://'],
	[{ baseUrl: 'https://a:b@callscaler.com/api' }, 'must begin with https://'],
])('asks nobody with the credential %j, and says why', async (credential, text) => {
	scene = await Scene.open({}, credential);
	await scene.start();
	expect(said().join('\n')).toContain(text);
	expect(scene.api.allRequests()).toHaveLength(0);
});

it.each([
	[0, 'soon', 'must be a number of minutes'],
	[60, 121, 'must be from 1 to 120 minutes'],
])('is off where its own settings cannot be used, and webhooks are accepted: %j, %j', async (every, after, why) => {
	scene = await Scene.open({ catchUpCallFlows: [], options: { catchUpEvery: every, catchUpAfter: after } });
	await scene.begin();
	expect(said()).toHaveLength(1);
	for (const text of [
		'Call Flows to Catch Up On has nothing chosen: choose at least one call flow',
		'Catch Up Every (Minutes) must be from 1 to 59 minutes',
		`Catch Up After (Minutes) ${why}`,
	]) {
		expect(said()[0]).toContain(text);
	}
	await scene.deliver();
	expect(scene.handled).toHaveLength(1);
});

it.each([{ catchUpCallFlows: [] }, { options: { catchUpEvery: 60 } }, { options: { catchUpAfter: 121 } }])(
	'asks nobody where one of its settings cannot be used: %j',
	async (parameters) => {
		scene = await Scene.open(parameters);
		await scene.start();
		expect(said()).toEqual([expect.stringContaining('so it is off. Correct that in the node and publish again.')]);
		expect(scene.api.allRequests()).toHaveLength(0);
	},
);

it('is off where the settings of deliveries cannot be used, and says so once', async () => {
	scene = await Scene.open({ options: { dedupeWindowHours: 'soon' } });
	await scene.begin();
	expect(said()).toHaveLength(1);
	expect(said()[0]).toContain('catching up: This trigger has settings that cannot be used: Deduplication Window');
	expect(said()[0]).toContain('Correct that in the node and publish again.');
});

it('says so where it cannot be told whether it is on, and keeps how far it had asked', async () => {
	await proved();
	const { staticData } = scene.kept;
	const expression = '={{ $json.nothing.here() }}';
	scene = await scene.restart({ catchUp: expression });
	expect(said().at(-1)).toContain('catching up: Catch Up on Undelivered Calls has an expression that fails');
	expect(scene.kept.staticData).toEqual(staticData);
	expect(scene.kept.staticData).not.toEqual({});
});

it('does nothing where it is off, and forgets how far it had asked', async () => {
	await proved();
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(Object.keys(scene.kept.staticData)).toEqual(['catch-up trigger']);
	const asked = scene.api.allRequests().length;
	scene = await scene.restart({ catchUp: false });
	expect(scene.kept.staticData).toEqual({ 'catch-up trigger': 'off' });
	expect(scene.api.allRequests()).toHaveLength(asked);
});
