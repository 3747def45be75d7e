/** `npm run pack`: packs the built package as it would be published, and those of one service each, into build/. */
import { pack } from '../host';
import { runMain } from '../lib/run-main';
import { say } from '../lib/steps';
import { packServices } from '../packages/stage';

runMain(async () => {
	say(await pack());
	for (const tarball of await packServices()) say(tarball);
});
