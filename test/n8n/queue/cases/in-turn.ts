import { deliver } from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { deliverAllAtOnce, inParts, sideEffectsPerCall } from '../wave';
import { tally } from '../../support/verdict';
import { activeCallScaler } from './trigger';

/** IN_TURN_CALLS=1000 for figures; a few are enough to see that none is lost. */
const CALLS = Number(process.env.IN_TURN_CALLS ?? 30);
const CALLS_AT_ONCE = 10;
const DELIVERIES_OF_A_CALL = 4;

/**
 * A call that is delivered to two webhook processes within milliseconds meets itself only in n8n's list of processed
 * entries, which n8n reads and writes in two steps. What comes of that is counted and shown here; what has to
 * hold is asserted: no call is lost, and none runs more often than there are webhook processes.
 */
export function inTurn(cluster: () => Cluster): void {
	it(`loses none of ${CALLS} calls that are each delivered ${DELIVERIES_OF_A_CALL} times at once`, async () => {
		const { workflow, sink } = await activeCallScaler(cluster());
		const ids = Array.from({ length: CALLS }, (_, position) => `turn-${position}`);
		const deliveries = ids.map((id) => ({ json: callScalerCall({ call_id: id }) }));

		const answers = [];
		for (const part of inParts(deliveries, CALLS_AT_ONCE)) {
			answers.push(...(await deliverAllAtOnce(cluster().urlInTurnOf(workflow), part, DELIVERIES_OF_A_CALL)).flat());
		}
		const executions = await cluster().main.executions.settled(workflow.id);

		const effects = sideEffectsPerCall(sink, 'call_id', ids);
		console.info(
			`In turn: of ${CALLS} calls delivered ${DELIVERIES_OF_A_CALL} times at once, ${effects[1] ?? 0} ran once, ${effects[2] ?? 0} twice;`,
			`${executions.length} executions; answers ${JSON.stringify(tally(answers))}.`,
		);
		expect(Object.keys(effects).filter((count) => count !== '1' && count !== '2')).toEqual([]);
		expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
		await sink.close();
	});

	it('runs a call once that comes again when its first delivery is done', async () => {
		const { workflow, sink } = await activeCallScaler(cluster());
		const ids = Array.from({ length: 4 }, (_, position) => `later-${position}`);

		for (const id of ids) {
			for (let time = 0; time < 3; time++) {
				const { status } = await deliver(cluster().urlInTurnOf(workflow), { json: callScalerCall({ call_id: id }) });
				expect(status).toBe(200);
				await cluster().main.executions.settled(workflow.id);
			}
		}

		expect(sideEffectsPerCall(sink, 'call_id', ids)).toEqual({ 1: 4 });
		await sink.close();
	});
}
