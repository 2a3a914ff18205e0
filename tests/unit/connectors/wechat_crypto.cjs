// Opens and seals with the npm package wechat-crypto: one JSON object a line in, one out.
// Run with the package's own folder as the first argument.
const readline = require('node:readline');
const Crypt = require(process.argv[2]);

function seal(crypt, job) {
  const ciphertext = crypt.encrypt(job.text);
  return { ciphertext, signature: crypt.getSignature(job.timestamp, job.nonce, ciphertext) };
}

function open(crypt, job) {
  if (crypt.getSignature(job.timestamp, job.nonce, job.ciphertext) !== job.signature) return { error: 'signature' };
  const { message, id } = crypt.decrypt(job.ciphertext);
  return id === job.id ? { text: message } : { error: 'id' };
}

function answer(job) {
  const crypt = new Crypt(job.token, job.key, job.id);
  try {
    return job.do === 'seal' ? seal(crypt, job) : open(crypt, job);
  } catch (error) {
    return { error: error.name };
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n');
});
