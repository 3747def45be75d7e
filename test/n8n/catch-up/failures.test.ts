import { boot, type N8n } from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { CallsApi, type Failure, failures, type Row } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { verdictOf } from '../support/verdict';
import { idsOf, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

const UNDELIVERED = 3;
/** Where n8n's scheduler takes minutes for seconds, in seconds. */
const ASKS_EVERY = 5;
const RETRY_AFTER_IN_SECONDS = 12;
/** So long the provider waits; an API that does not answer is waited for for 20 s. */
const IN_TIME_IN_MILLISECONDS = 10_000;
const MEGABYTE_IN_BYTES = 2 ** 20;
const MOST_MEMORY_IN_BYTES = 60 * MEGABYTE_IN_BYTES;
/** A million rows are 50 MB. Beside the 10 MB that are read, what lies between two processes is sent too. */
const MOST_SENT_IN_BYTES = 24 * MEGABYTE_IN_BYTES;

interface Trouble {
	/** What the API does, or what its rows look like. */
	failure?: (otherHost: CallsApi) => Failure;
	changeRow?: (row: Row) => Row;
	/** What n8n's log says of it. */
	log: RegExp;
}

const TROUBLES: Record<string, Trouble> = {
	'does not answer': { failure: () => failures.hang, log: /did not answer/ },
	'closes the connection': { failure: () => failures.hangUp, log: /cannot be reached/ },
	'answers 500': { failure: () => failures.refuse(500, 'Internal error'), log: /status 500/ },
	'answers 401': { failure: () => failures.refuseKey, log: /refuses the API key \(status 401\)/ },
	'answers 403': { failure: () => failures.refuse(403, 'Forbidden'), log: /refuses the API key \(status 403\)/ },
	'answers 404': { failure: () => failures.refuse(404, 'Not found'), log: /status 404/ },
	'answers 429': { failure: () => failures.limitRate(RETRY_AFTER_IN_SECONDS), log: /status 429/ },
	'answers a page': { failure: () => failures.answerHtml, log: /no JSON/ },
	'answers half': { failure: () => failures.answerHalf, log: /no JSON/ },
	'breaks off': { failure: () => failures.breakOff, log: /broke off/i },
	redirects: {
		failure: (other) => failures.redirectTo(`${other.baseUrl('localhost')}/calls`),
		log: /302.*not followed/i,
	},
	'answers 11 MB': { failure: () => failures.answerMegabytes(11), log: /10 MB/ },
	'answers a million rows': { failure: () => failures.answerMillion, log: /10 MB/ },
	'has rows without ids': { changeRow: (row) => ({ ...row, id: null }), log: /without an ID/ },
};

describe('the API fails', () => {
	const names = Object.keys(TROUBLES);
	const scenes = new Map<string, Scene>();
	const undelivered = new Map<string, string[]>();
	let probe: Probe;
	let n8n: N8n;
	let otherHost: CallsApi;
	let heldBefore: number;

	const held = async (): Promise<number> => {
		const { heapUsed, external } = await probe.memory();
		return heapUsed + external;
	};
	const of = (name: string): Scene => {
		const scene = scenes.get(name);
		if (!scene) throw new Error(`There is no API that ${name}.`);
		return scene;
	};
	/** The same of every API at once: most of it is waiting. */
	const ofEach = async <Result>(ask: (name: string) => Result | Promise<Result>): Promise<Record<string, Result>> =>
		Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ask(name)])));
	const all = <Value>(value: Value): Record<string, Value> => Object.fromEntries(names.map((name) => [name, value]));

	beforeAll(async () => {
		probe = await openProbe({ minutesAreSeconds: true });
		[n8n, otherHost] = await Promise.all([boot({ env: probe.env }), CallsApi.open()]);
		await ofEach(async (name) => {
			const scene = await Scene.open(n8n, { name: `API that ${name}`, options: { catchUpEvery: ASKS_EVERY } });
			scenes.set(name, scene);
			await scene.prove();
		});
		heldBefore = await held();
		await ofEach((name) => {
			const { failure, changeRow } = TROUBLES[name] ?? {};
			const { api } = of(name);
			if (failure) api.fail(failure(otherHost));
			api.present({ changeRow });
			undelivered.set(name, idsOf(of(name).calls(UNDELIVERED)));
			of(name).makeDue();
		});
		await ofEach(async (name) => {
			const start = Date.now();
			const failed = () =>
				of(name)
					.askings()
					.filter(({ at, answered }) => at > start && answered);
			await waitUntil(`the API that ${name} was asked`, () => failed().length >= 1, 300_000);
		});
	});

	afterAll(async () => {
		await Promise.all([n8n.stop(), otherHost.close()]);
		await Promise.all([...scenes.values()].map(async (scene) => await scene.close()));
	});

	it('accepts webhooks as before, keeps the workflows active, and hands nothing over', async () => {
		const became = await ofEach(async (name) => {
			const scene = of(name);
			const attempt = await scene.deliver(scene.call());
			const { active } = await n8n.workflows.get(scene.workflow.id);
			await scene.ran(2);
			const handedOver = scene.ids().filter((id) => undelivered.get(name)?.includes(id));
			return [verdictOf(attempt), { active, handedOver }];
		});
		expect(became).toEqual(all(['200 accepted', { active: true, handedOver: [] }]));
	});

	it('answers webhooks in time: none waits for the API', async () => {
		const times = [];
		for (const name of names) {
			const attempt = await of(name).deliver(of(name).call());
			times.push(attempt.outcome === 'answered' ? attempt.answer.ms : Infinity);
		}
		times.sort((one, other) => one - other);
		console.info(`Webhooks while the API fails, in ms: ${times.map((ms) => ms.toFixed(0)).join(', ')}`);
		expect(times[Math.floor(times.length / 2)]).toBeLessThan(IN_TIME_IN_MILLISECONDS);
	});

	it('says in the log what is wrong, once, without the request', () => {
		for (const [name, { log }] of Object.entries(TROUBLES)) {
			const lines = of(name)
				.said()
				.filter((line) => log.test(line));
			console.info(lines.join('\n'));
			// The same is said once; of rows that cannot be read, how many there are.
			expect(lines).not.toEqual([]);
			expect(new Set(lines).size).toBe(lines.length);
			expect(lines.join()).not.toMatch(/cs_key|Bearer|updated_since|\n\s+at /);
		}
	});

	it('has one request open at a time', () => {
		for (const name of names) {
			const requests = of(name).api.requests();
			const overlapping = requests.filter((request, at) => {
				const previous = requests[at - 1];
				return previous !== undefined && (previous.answered?.at ?? Infinity) > request.at;
			});
			expect(overlapping).toEqual([]);
		}
	});

	it('tells nothing to the host that it is redirected to', () => {
		expect(otherHost.allRequests()).toEqual([]);
	});

	it('reads no more than so much, and keeps none of it', async () => {
		for (const name of ['answers 11 MB', 'answers a million rows']) {
			const answers = of(name)
				.api.requests()
				.flatMap(({ answered }) => answered ?? []);
			expect(Math.max(...answers.map(({ bytes }) => bytes))).toBeGreaterThan(MEGABYTE_IN_BYTES);
			expect(Math.max(...answers.map(({ bytes }) => bytes))).toBeLessThan(MOST_SENT_IN_BYTES);
		}
		const heldNow = await held();
		const inMegabytes = (bytes: number) => (bytes / MEGABYTE_IN_BYTES).toFixed(0);
		console.info(`Memory: ${inMegabytes(heldBefore)} MB before, ${inMegabytes(heldNow)} MB while they fail.`);
		expect(heldNow - heldBefore).toBeLessThan(MOST_MEMORY_IN_BYTES);
	});

	it('catches up once it answers again', async () => {
		const ran = await ofEach(async (name) => {
			const scene = of(name);
			scene.api.answerNormally();
			scene.api.present({ changeRow: undefined });
			await scene.ran(3 + UNDELIVERED);
			await scene.asked();
			return scene.ids().slice(3);
		});
		expect(ran).toEqual(Object.fromEntries(undelivered));
	});

	it('keeps to the time that a limit asks for', () => {
		const asked = of('answers 429').askings();
		const limited = asked.findIndex(({ answered }) => answered?.status === 429);
		const pause = (asked[limited + 1]?.at ?? NaN) - (asked[limited]?.answered?.at ?? NaN);
		expect(pause).toBeGreaterThanOrEqual(RETRY_AFTER_IN_SECONDS * 1_000 - 100);
	});

	it('tells of rows that cannot be read and passes them over; the others are caught up, and what is wrong in a field is flagged', async () => {
		const scene = await Scene.open(n8n);
		scenes.set('has rows that cannot be read', scene);
		const proof = await scene.prove();
		const envelope = (calls: Row[]) => ({
			data: { calls: [null, 'text', 7, [], {}, ...calls, { id: {} }], has_more: false },
		});
		scene.api.present({
			envelope,
			changeRow: (row) =>
				row.id === proof.call_id ? row : { ...row, ai_score: 'high', source: ['google'], later: { a: 1 } },
		});
		const undelivered = scene.calls(2);
		scene.makeDue();
		await scene.ran(3);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, ...undelivered]));
		expect(scene.sink.items()[1]).toMatchObject({
			call_id: undelivered[0]?.call_id,
			ai_score: null,
			issues: expect.arrayContaining([expect.objectContaining({ field: 'ai_score' })]),
			later: { a: 1 },
		});
		expect(scene.said().join('\n')).toMatch(/passed over \d+ rows without an ID/);
	});

	it('catches up while another call flow, the first one, is limited at each asking; on a renamed one once names are told', async () => {
		const api = await CallsApi.open();
		api.fail(failures.limitRate(1), '/calls', ({ call_flow_id }) => call_flow_id === 'limited');
		const scene = await Scene.open(n8n, { api, othersFirst: ['limited'] });
		scenes.set('another call flow is limited', scene);
		const proof = await scene.prove();
		const named = scene.call();
		scene.makeDue();
		await scene.ran(2);
		api.fail(failures.refuse(500, 'down'), '/call-flows');
		api.business.rename(scene.flow.id, 'Renamed');
		const renamed = scene.call({ call_flow_name: 'Renamed' });
		scene.makeDue();
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, named]));
		api.answerNormally();
		await scene.ran(3);
		await scene.asked();
		expect(scene.ids()).toEqual(idsOf([proof, named, renamed]));
	});
});
