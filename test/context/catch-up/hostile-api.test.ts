import { ENVELOPES, failures, type Row } from '../../../host/simulators';
import { logged, noteTheLog, Scene } from './scene';

/** An API that is broken, or means harm. */
noteTheLog();

let scene: Scene;

afterEach(async () => await scene.close());

const said = () => logged.filter((line) => line.includes('catching up: ')).join('\n');

async function proved(others: string[] = []): Promise<Scene> {
	scene = await Scene.open({}, {}, others);
	await scene.start();
	await scene.deliver();
	return scene;
}

it('whose cursors are megabytes is asked for one page, and what that told is caught up', async () => {
	await proved();
	const undelivered = scene.undelivered();
	scene.later(30);
	const asked = scene.api.requests().length;
	scene.api.present({ envelope: (calls: Row[]) => ENVELOPES.documented(calls, 'c'.repeat(9_500_000)) });
	await scene.ask();
	expect(scene.api.requests()).toHaveLength(asked + 1);
	expect(scene.ids).toContain(undelivered.call_id);
	expect(said()).toContain('names no next one');
});

it('whose pages have no end is left after ten that tell nothing new', async () => {
	await proved();
	const undelivered = scene.undelivered();
	scene.later(30);
	let pages = 0;
	const asked = scene.api.requests().length;
	scene.api.present({ envelope: (calls: Row[]) => ENVELOPES.documented(calls, `page ${++pages}`) });
	await scene.ask();
	expect(scene.api.requests().length - asked).toBeLessThan(15);
	expect(said()).toContain('none has calls that were not told before');
	scene.api.present({ envelope: ENVELOPES.documented });
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it.each(['call-1\n2026-01-01 forged', 'call-1\r\u2028forged', 'call-1\u001b[2Jforged'])(
	'whose ids break lines forges none in the log: %j',
	async (id) => {
		await proved();
		scene.undelivered({ call_id: id });
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(id);
		expect(said()).toContain('forged: handed over');
		// eslint-disable-next-line no-control-regex
		expect(logged.filter((line) => /[\u0000-\u001f\u2028]/.test(line))).toEqual([]);
	},
);

it('whose ids are longer than any id tells of no call', async () => {
	await proved();
	scene.undelivered({ call_id: 'a'.repeat(3_000) });
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
	expect(said()).toContain('1 row without an ID');
});

it.each([
	['a page', failures.answerHtml],
	['half an answer', failures.answerHalf],
	['no end of it', failures.breakOff],
	['11 MB', failures.answerMegabytes(11)],
	['another address', failures.redirectTo('http://localhost:1/')],
	['an odd status', failures.refuse(418, 'teapot')],
	['a refusal', failures.refuse(403, 'not this one')],
	['a failure', failures.refuse(500, 'failed')],
	['nothing', failures.hangUp],
	['too many requests', failures.limitRate(600)],
])('which answers with %s for one call flow holds up no other', async (_what, failure) => {
	await proved(['broken']);
	const undelivered = scene.undelivered();
	scene.later(30);
	scene.api.fail(failure, '/calls', ({ call_flow_id }) => call_flow_id === 'broken');
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(said()).toContain('(broken) cannot be asked for');
});

it('which wants to be asked for one call flow an hour later is asked for the others', async () => {
	await proved(['broken']);
	scene.api.fail(
		failures.refuse(503, 'later', { 'retry-after': '3600' }),
		'/calls',
		({ call_flow_id }) => call_flow_id === 'broken',
	);
	await scene.ask();
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it('which wants a pause between two call flows is asked on after it', async () => {
	await proved();
	const second = scene.api.business.callFlow('Second');
	scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, second.id] });
	await scene.ask();
	const { call_id } = scene.api.business.call(second);
	scene.later(30);
	let times = 0;
	const isFirst = ({ call_flow_id }: Record<string, string>) => call_flow_id === second.id && times++ === 0;
	scene.api.fail(failures.limitRate(1), '/calls', isFirst);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
});

it.each([403, 404, 500])('whose call flows cannot be listed (%d) is asked for calls all the same', async (status) => {
	scene = await Scene.open();
	scene.api.fail(failures.refuse(status, 'no'), '/call-flows');
	await scene.start();
	await scene.deliver();
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it('and whatever it does, the static data of the workflow stays as it was at the start', async () => {
	await proved();
	const before = JSON.stringify(scene.staticData);
	expect(before).toContain('catch-up trigger');
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	scene.later(60);
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
	expect(JSON.stringify(scene.staticData)).toBe(before);
});
