// RawSockets PORT: a Socket and two awaits per echo, with the runtime's default settings.
using System.Net;
using System.Net.Sockets;

using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], null)));
listener.Listen(4096);
while (true)
{
    Socket socket = await listener.AcceptAsync();
    socket.NoDelay = true;
    _ = EchoAsync(socket);
}

static async Task EchoAsync(Socket socket)
{
    byte[] buffer = new byte[4096];
    try
    {
        int length;
        while ((length = await socket.ReceiveAsync(buffer)) > 0)
        {
            await socket.SendAsync(buffer.AsMemory(0, length));
        }
    }
    catch (SocketException)
    {
        // the load generator leaves without a goodbye
    }

    socket.Dispose();
}
