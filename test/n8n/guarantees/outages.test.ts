import { boot, type N8n, openSink, type Sink } from '../../../host';
import { withFate } from '../support/books';
import { sample, SEED } from '../support/seed';
import { countBy, tally, verdictOf } from '../support/verdict';
import { MODES } from './support/modes';
import { type AttemptedCall, describeCall, outagePlan, Outages } from './support/outage';

/** OUTAGE_KILLS=25 for figures: each comes at a moment of its own, and takes a start of n8n. */
const KILLS = Number(process.env.OUTAGE_KILLS ?? 2);
const STOPS = Math.ceil(KILLS / 6);
const CALLS_PER_OUTAGE = 16;
const CALLS_PER_MODE = CALLS_PER_OUTAGE / MODES.length;
const GIVE_UP_AFTER_IN_MILLISECONDS = 1_800_000;

function print(title: string, accounts: AttemptedCall[]): void {
	const answers = tally(accounts.flatMap(({ attempts }) => attempts));
	const odd = accounts.filter(({ fate }) => fate !== 'once').map((account) => `\n  ${describeCall(account)}`);
	const figures = `${JSON.stringify(countBy(accounts, ({ fate }) => fate))}, answers ${JSON.stringify(answers)}`;
	process.stdout.write(`${title} (SEED=${SEED}): ${figures}${odd.join('')}\n`);
}

describe('n8n ends under load', () => {
	let n8n: N8n;
	let sink: Sink;
	let outages: Outages;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([boot(), openSink()]);
		// Long enough that a workflow is often in the middle of it.
		sink.delay(100);
	});
	beforeEach(async () => {
		sink.clear();
		outages = await Outages.prepare(n8n, sink);
	});
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	/** What was acknowledged is n8n's: it shows the execution as crashed, and a user's retry handles the call. */
	async function retryInterrupted(): Promise<void> {
		const interrupted = (await outages.accounts('onReceived')).filter(({ fate }) => fate === 'interrupted');
		for (const { executions } of interrupted) {
			expect(executions).toMatchObject([{ status: 'crashed' }]);
			for (const { id } of executions) await n8n.executions.retry(id, outages.workflowId('onReceived'));
		}
	}

	/** A side effect too many needs an attempt that n8n's end left without an answer, or with one of those given. */
	function expectOnceButCutOff(accounts: AttemptedCall[], ...verdicts: string[]): void {
		for (const { attempts, executions } of accounts) {
			const cutOff = attempts.map(verdictOf).filter((verdict) => ['connection', ...verdicts].includes(verdict));
			const sideEffects = executions.reduce((sum, each) => sum + each.sideEffects, 0);
			expect(sideEffects).toBeLessThanOrEqual(1 + cutOff.length);
		}
	}

	test(
		`stopped ${STOPS} times: every call handled, once but those that n8n cut off before their last node had answered`,
		async () => {
			for (const plan of sample(outagePlan(CALLS_PER_OUTAGE), STOPS)) {
				await outages.outage(plan, async () => await n8n.stopAndKeep());
			}
			for (const mode of MODES) print(`${STOPS} stops, answering ${mode}`, await outages.accounts(mode));
			// Under load n8n also ends in order before it has done what it had answered (docs/guarantees.md).
			await retryInterrupted();
			const fates = countBy(await outages.accounts('onReceived'), ({ fate }) => fate);
			expect(fates).toEqual({ once: STOPS * CALLS_PER_MODE });

			// Here n8n may answer 500 itself to a call whose workflow it then lets end: the redelivery has to run.
			const lastNode = await outages.accounts('lastNode');
			expect(lastNode).toHaveLength(STOPS * CALLS_PER_MODE);
			for (const fate of ['lost', 'interrupted'] as const) expect(withFate(lastNode, fate)).toEqual([]);
			expectOnceButCutOff(lastNode, '500 -');
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);

	test(
		`killed ${KILLS} times: no call lost, none twice but those that a kill cut off`,
		async () => {
			for (const plan of sample(outagePlan(CALLS_PER_OUTAGE), KILLS)) {
				await outages.outage(plan, async () => await n8n.kill());
			}

			const onReceived = await outages.accounts('onReceived');
			const lastNode = await outages.accounts('lastNode');
			print(`${KILLS} kills, answering onReceived`, onReceived);
			print(`${KILLS} kills, answering lastNode`, lastNode);

			for (const accounts of [onReceived, lastNode]) {
				expect(accounts).toHaveLength(KILLS * CALLS_PER_MODE);
				expect(withFate(accounts, 'lost')).toEqual([]);
				expect(accounts.filter(({ acknowledged }) => !acknowledged).map(describeCall)).toEqual([]);
				expectOnceButCutOff(accounts);
			}
			// What was not acknowledged comes again: nothing stays in the middle.
			expect(withFate(lastNode, 'interrupted')).toEqual([]);

			await retryInterrupted();
			expect(withFate(await outages.accounts('onReceived'), 'interrupted')).toEqual([]);
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
});
