// What is sent to port 25 goes to the mail server's own port.
const net = require('net')

net.createServer((client) => {
  const server = net.connect(1025, '127.0.0.1')
  client.pipe(server).pipe(client)
  client.on('error', () => server.destroy())
  server.on('error', () => client.destroy())
}).listen(25)
