using System.Globalization;
using System.Net;
using System.Net.Sockets;

#pragma warning disable CA1050 // the runtime looks for this name, outside of all namespaces

/// <summary>
/// Tells what a program allocates, without a change to the program: the runtime calls it before <c>Main</c> if <c>DOTNET_STARTUP_HOOKS</c> names
/// this assembly. On the port in <c>ROPEWALK_BENCH_CONTROL</c>, a line <c>?</c> is answered with the bytes that the process has allocated so far.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("ROPEWALK_BENCH_CONTROL"), CultureInfo.InvariantCulture, out int port))
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            new Thread(() => Serve(listener)) { IsBackground = true, Name = "allocated bytes" }.Start();
        }
    }

    private static void Serve(TcpListener listener)
    {
        using Socket asker = listener.AcceptSocket();
        Span<byte> bytes = stackalloc byte[32];
        while (asker.Receive(bytes) > 0)
        {
            GC.GetTotalAllocatedBytes(precise: true).TryFormat(bytes, out int length, provider: CultureInfo.InvariantCulture);
            bytes[length++] = (byte)'\n';
            asker.Send(bytes[..length]);
        }
    }
}
