using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Interop.Tests;

/// <summary>Finds ports for programs that cannot let the system choose one.</summary>
internal static class FreePort
{
    /// <summary>Finds a port of 127.0.0.1 that nobody has, neither for TCP nor for UDP.</summary>
    public static int Find()
    {
        while (true)
        {
            using var stream = new TcpListener(IPAddress.Loopback, 0);
            stream.Start();
            var found = (IPEndPoint)stream.LocalEndpoint;
            try
            {
                using var datagrams = new UdpClient(found);
                return found.Port;
            }
            catch (SocketException)
            {
                // somebody has it for UDP
            }
        }
    }
}
