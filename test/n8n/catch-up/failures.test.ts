import { boot, type N8n } from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { CallsApi, type Failure, failures, isDelivered, type Row } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { verdictOf } from '../support/verdict';
import { idsOf, Scene, TRIGGER } from './support/scene';

const MISSED = 3;
const MOST_MEMORY_IN_BYTES = 60 * 2 ** 20;
const MOST_READ_IN_BYTES = 16 * 2 ** 20;
const RETRY_AFTER_IN_SECONDS = 8;
const RATHER_QUICK_IN_MILLISECONDS = 3_000;

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
	'answers 500': { failure: () => failures.refuse(500, 'Internal error'), log: /500/ },
	'answers 401': { failure: () => failures.refuseKey, log: /401.*key|key.*401/i },
	'answers 403': { failure: () => failures.refuse(403, 'Forbidden'), log: /403.*key|key.*403/i },
	'answers 404': { failure: () => failures.refuse(404, 'Not found'), log: /404/ },
	'answers 429': { failure: () => failures.limitRate(RETRY_AFTER_IN_SECONDS), log: /429/ },
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
	let probe: Probe;
	let n8n: N8n;
	let otherHost: CallsApi;
	const scenes = new Map<string, Scene>();
	const missed = new Map<string, string[]>();
	const of = (name: string): Scene => {
		const scene = scenes.get(name);
		if (!scene) throw new Error(`There is no API that ${name}.`);
		return scene;
	};
	const linesOf = (scene: Scene) =>
		n8n
			.log()
			.split('\n')
			.filter((line) => line.includes(scene.workflow.id));

	beforeAll(async () => {
		probe = await openProbe({ minutesAreSeconds: true });
		[n8n, otherHost] = await Promise.all([boot({ env: probe.env }), CallsApi.open()]);
		await Promise.all(
			Object.keys(TROUBLES).map(async (name) => {
				const scene = await Scene.open(n8n, { options: { catchUpEvery: 3 } });
				scenes.set(name, scene);
				await scene.prove();
			}),
		);
		const before = await probe.memory();
		for (const [name, { failure, changeRow }] of Object.entries(TROUBLES)) {
			const { api } = of(name);
			if (failure) api.fail(failure(otherHost));
			api.present({ changeRow });
			missed.set(name, idsOf(of(name).calls(MISSED)));
			of(name).makeDue();
		}
		await Promise.all(
			Object.keys(TROUBLES).map(async (name) => {
				const start = Date.now();
				const failed = () =>
					of(name)
						.askings()
						.filter(({ at, answered }) => at > start && answered);
				await waitUntil(
					`the API that ${name} was asked`,
					() => failed().length >= (name === 'answers 429' ? 1 : 2),
					90_000,
				);
			}),
		);
		const { rss } = await probe.memory();
		console.info(
			`Memory before ${(before.rss / 2 ** 20).toFixed(0)} MB, while they fail ${(rss / 2 ** 20).toFixed(0)} MB.`,
		);
		grown = rss - before.rss;
	});
	let grown = NaN;

	afterAll(async () => {
		await Promise.all([n8n.stop(), otherHost.close()]);
		await Promise.all([...scenes.values()].map(async (scene) => await scene.close()));
	});

	describe.each(Object.keys(TROUBLES))('and %s', (name) => {
		it('accepts webhooks as before, keeps the workflow active, and hands nothing on', async () => {
			const scene = of(name);
			const delivered = scene.call();
			const attempt = await scene.deliver(delivered);
			expect(verdictOf(attempt)).toBe('200 accepted');
			expect(isDelivered(attempt) && attempt.outcome === 'answered' && attempt.answer.ms).toBeLessThan(
				RATHER_QUICK_IN_MILLISECONDS,
			);
			expect(await n8n.workflows.get(scene.workflow.id)).toMatchObject({ active: true });
			await scene.ran(2);
			expect(scene.ids().filter((id) => missed.get(name)?.includes(id))).toEqual([]);
		});

		it('says in the log what is wrong, and for which workflow, without the request', () => {
			const lines = linesOf(of(name)).filter((line) => TROUBLES[name]?.log.test(line));
			expect(lines).not.toEqual([]);
			expect(lines.join('\n')).not.toMatch(/cs_key|Bearer|updated_since/);
			console.info(`${name}: ${lines.length} times\n${lines[0]}`);
		});

		it('has one request open at a time', () => {
			const requests = of(name).api.requests();
			const overlapping = requests.filter((request, at) => {
				const previous = requests[at - 1];
				return previous !== undefined && (previous.answered?.at ?? Infinity) > request.at;
			});
			expect(overlapping).toEqual([]);
		});

		it('catches up once it answers again', async () => {
			const scene = of(name);
			scene.api.answerNormally();
			scene.api.present({ changeRow: undefined });
			await scene.ran(2 + MISSED);
			await scene.asked(2);
			expect(scene.ids().slice(2)).toEqual(missed.get(name));
			for (const { executionId } of scene.sink.calls()) {
				expect((await n8n.executions.get(executionId)).items(TRIGGER)).toHaveLength(1);
			}
		});
	});

	it('never tells the host that it is redirected to anything', () => {
		expect(otherHost.allRequests()).toEqual([]);
	});

	it('keeps to the time that a limit asks for', () => {
		const asked = of('answers 429').askings();
		const limited = asked.findIndex(({ answered }) => answered?.status === 429);
		const pause = (asked[limited + 1]?.at ?? NaN) - (asked[limited]?.answered?.at ?? NaN);
		expect(pause).toBeGreaterThanOrEqual(RETRY_AFTER_IN_SECONDS * 1_000 - 100);
	});

	it('reads no more than so much, and keeps none of it', () => {
		for (const name of ['answers 11 MB', 'answers a million rows']) {
			const bytes = of(name)
				.api.requests()
				.map(({ answered }) => answered?.bytes ?? 0);
			expect(Math.max(...bytes)).toBeLessThan(MOST_READ_IN_BYTES);
		}
		expect(grown).toBeLessThan(MOST_MEMORY_IN_BYTES);
	});
});

describe('rows that cannot be read', () => {
	let n8n: N8n;
	let scene: Scene;

	beforeAll(async () => {
		const probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		scene = await Scene.open(n8n);
	});
	afterAll(async () => {
		await n8n.stop();
		await scene.close();
	});

	it('are told of and passed over; the others are caught up, and what is wrong in a field is flagged', async () => {
		const proof = await scene.prove();
		const envelope = (calls: Row[]) => ({
			data: { calls: [null, 'text', 7, [], {}, ...calls, { id: {} }], has_more: false },
		});
		scene.api.present({
			envelope,
			changeRow: (row) =>
				row.id === proof.call_id ? row : { ...row, ai_score: 'high', source: ['google'], later: { a: 1 } },
		});
		const missed = scene.calls(2);
		scene.makeDue();
		await scene.ran(3);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, ...missed]));
		expect(scene.sink.items()[1]).toMatchObject({
			call_id: missed[0]?.call_id,
			ai_score: null,
			issues: expect.arrayContaining([expect.objectContaining({ field: 'ai_score' })]),
			later: { a: 1 },
		});
		expect(n8n.log()).toMatch(/row/i);
	});
});
