/**
 * For suites that run in n8n 2.x as docs/install.md recommends to set it: what a call costs n8n is half of that. The others run
 * in n8n as it is without any setting; so do these with AS_RECOMMENDED=false.
 */
process.env.AS_RECOMMENDED ??= 'true';
