/** `npm run pack`: packs the built package as it would be published, into build/. */
import { pack } from '../host';
import { runMain } from '../lib/run-main';
import { say } from '../lib/steps';

runMain(async () => say(await pack()));
