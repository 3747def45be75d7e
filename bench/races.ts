import type { N8n } from '../test/n8n/harness';
import { type BenchCredentials, type Contender, deployCoreNodes, deployOurs, deployPeer } from './contenders';
import { mixture, onlyExcluded, onlyNew, onlyRepeated } from './feeds';
import { deliverCount } from './lap';
import type { RaceName } from './measures';
import { race, type RaceLength } from './race';
import type { Race } from './results';

type Deploy = (n8n: N8n, credentials: BenchCredentials) => Promise<Contender>;

/** Who runs against whom, with what; the one with the full history has an n8n of its own. */
const CONTENDERS: Record<Exclude<RaceName, 'history'>, { ours: Deploy; peer: Deploy }> = {
	accepted: {
		ours: async (n8n, credentials) => await deployOurs(n8n, credentials, onlyNew()),
		peer: async (n8n, credentials) => await deployPeer(n8n, credentials, 'accept', onlyNew()),
	},
	ignored: {
		ours: async (n8n, credentials) => await deployOurs(n8n, credentials, onlyExcluded()),
		peer: async (n8n, credentials) => await deployPeer(n8n, credentials, 'drop', onlyExcluded()),
	},
	duplicate: {
		ours: async (n8n, credentials) => await deployOurs(n8n, credentials, onlyRepeated()),
		peer: async (n8n, credentials) => await deployPeer(n8n, credentials, 'drop', onlyRepeated()),
	},
	mixed: {
		ours: async (n8n, credentials) => await deployOurs(n8n, credentials, mixture()),
		peer: async (n8n, credentials) => await deployCoreNodes(n8n, credentials, mixture()),
	},
};

export async function raceOf(
	name: Exclude<RaceName, 'history'>,
	n8n: N8n,
	credentials: BenchCredentials,
	length: RaceLength,
): Promise<Race> {
	const ours = await CONTENDERS[name].ours(n8n, credentials);
	const peer = await CONTENDERS[name].peer(n8n, credentials);
	// One by itself, so that it is known which delivery of a repeated call is the first.
	for (const contender of [ours, peer]) await deliverCount(contender, 1);
	return await race(
		async () => ours,
		async () => peer,
		length,
	);
}
