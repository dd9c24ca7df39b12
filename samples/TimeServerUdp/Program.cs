// A time server over UDP. It answers NTP clients (RFC 5905 §14: a server without state), and an empty datagram with the seconds since 1900 (RFC 868).
//
//   dotnet run --project samples/TimeServerUdp                            serves at udp:127.0.0.1:12300
//   dotnet run --project samples/TimeServerUdp -- udp:123:workers=2       serves at every address, on two threads
//   dotnet run --project samples/TimeServerUdp -- ask 127.0.0.1:12300     asks, and prints the clocks' difference
using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

if (args is ["ask", var server])
{
    return await Client.AskAsync(IPEndPoint.Parse(server));
}

EndpointSpec at = EndpointSpec.Parse(args.Length > 0 ? args[0] : "udp:127.0.0.1:12300");
await using IDatagramPort port = await new EndpointContext().BindDatagramsAsync(at, TimeServer.Answer);
Console.WriteLine($"Telling the time at {port.LocalEndPoint}; Ctrl-C ends it.");

var end = new TaskCompletionSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await end.Task;
await port.StopAsync();  // nothing new is taken; what had arrived is answered
DatagramCounters counters = port.ReadCounters();
Console.WriteLine($"{counters.Received} asked in {counters.Batches} batches, {counters.Sent} answered.");
return 0;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.TrySetResult();
}

internal static class TimeServer
{
    private const int MostPerSecond = 8;       // per address, or per IPv6 /64; a patient NTP client asks once in 64 s
    private const int MostPrefixes = 10_000;   // senders can forge their addresses: the table is bounded too

    // each worker has its own: no lock
    [ThreadStatic]
    private static Dictionary<PeerPrefix, int>? asked;

    [ThreadStatic]
    private static long second;

    public static void Answer(ref DatagramBatch batch)
    {
        ulong now = NtpTime.Now;
        for (int i = 0; i < batch.Count; i++)
        {
            Datagram question = batch[i];
            if (!MayAsk(question.Peer, (long)(now >> 32)))
            {
                continue;
            }

            if (question.Payload.IsEmpty)
            {
                BinaryPrimitives.WriteUInt32BigEndian(batch.GetReply(i, 4), (uint)(now >> 32));
                batch.Reply(i, 4);
            }
            else if (NtpPacket.IsRequest(question.Payload))
            {
                NtpPacket.WriteAnswer(question.Payload, batch.GetReply(i, NtpPacket.Bytes), received: now);
                batch.Reply(i, NtpPacket.Bytes);
            }
        }
    }

    private static bool MayAsk(in PeerAddress peer, long now)
    {
        asked ??= new Dictionary<PeerPrefix, int>(MostPrefixes);
        if (now != second)
        {
            asked.Clear();
            second = now;
        }

        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(asked, peer.GetPrefix(), out bool known);
        return (known || asked.Count < MostPrefixes) && ++count <= MostPerSecond;
    }
}

internal static class NtpPacket
{
    public const int Bytes = 48;

    private const int ModeClient = 3;
    private const int ModeServer = 4;

    public static bool IsRequest(ReadOnlySpan<byte> packet) => packet.Length >= Bytes && (packet[0] & 7) == ModeClient;

    // RFC 5905 §7.3: the header's fields and their places
    public static void WriteAnswer(ReadOnlySpan<byte> request, Span<byte> answer, ulong received)
    {
        answer.Clear();
        answer[0] = (byte)((request[0] & 0b0011_1000) | ModeServer);                       // no leap second known, the client's version
        answer[1] = 10;                                                                     // stratum: far from any atomic clock
        answer[2] = request[2];                                                             // poll interval
        answer[3] = unchecked((byte)-20);                                                   // precision: about a microsecond
        BinaryPrimitives.WriteUInt32BigEndian(answer[8..], 0x0000_0CCD);                    // root dispersion: 50 ms
        "LOCL"u8.CopyTo(answer[12..]);
        BinaryPrimitives.WriteUInt64BigEndian(answer[16..], received & ~0xFFFF_FFFFul);     // reference
        request.Slice(40, 8).CopyTo(answer[24..]);                                          // origin: what the client calls now
        BinaryPrimitives.WriteUInt64BigEndian(answer[32..], received);
        BinaryPrimitives.WriteUInt64BigEndian(answer[40..], NtpTime.Now);                   // transmit
    }
}

internal static class NtpTime
{
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>32 bits of seconds since 1900, which wrap in 2036, and 32 bits of fraction.</summary>
    public static ulong Now
    {
        get
        {
            long ticks = (TimeProvider.System.GetUtcNow() - Epoch).Ticks;
            ulong fraction = ((ulong)(ticks % TimeSpan.TicksPerSecond) << 32) / TimeSpan.TicksPerSecond;
            return ((ulong)(ticks / TimeSpan.TicksPerSecond) << 32) | fraction;
        }
    }
}

internal static class Client
{
    public static async Task<int> AskAsync(IPEndPoint server)
    {
        var answered = new TaskCompletionSource<(byte[] Packet, ulong At)>();
        var any = new IPEndPoint(server.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        ulong sent = NtpTime.Now;
        byte[] request = new byte[NtpPacket.Bytes];
        request[0] = (4 << 3) | 3;  // version 4, client
        BinaryPrimitives.WriteUInt64BigEndian(request.AsSpan(40), sent);
        await using DatagramPort port = DatagramPort.Bind(any, Take);
        port.TrySend(new PeerAddress(server), request);
        try
        {
            (byte[] packet, ulong at) = await answered.Task.WaitAsync(TimeSpan.FromSeconds(3), TimeProvider.System);
            double there = Seconds(BinaryPrimitives.ReadUInt64BigEndian(packet.AsSpan(32)), sent);
            double back = Seconds(BinaryPrimitives.ReadUInt64BigEndian(packet.AsSpan(40)), at);
            Console.WriteLine($"{server}: stratum {packet[1]}, offset {(there + back) / 2 * 1000:+0.000;-0.000} ms, round trip {(there - back) * 1000:0.000} ms");
            return 0;
        }
        catch (TimeoutException)
        {
            Console.Error.WriteLine($"{server} did not answer.");
            return 1;
        }

        void Take(ref DatagramBatch batch)
        {
            ulong at = NtpTime.Now;
            for (int i = 0; i < batch.Count; i++)
            {
                // anybody can send here: it must come from whom we asked, and repeat what only they know
                if (batch[i].Peer == new PeerAddress(server) && batch[i].Payload.Length >= NtpPacket.Bytes
                    && BinaryPrimitives.ReadUInt64BigEndian(batch[i].Payload[24..]) == sent)
                {
                    answered.TrySetResult((batch[i].Payload.ToArray(), at));
                }
            }
        }
    }

    private static double Seconds(ulong later, ulong earlier) => unchecked((long)(later - earlier)) / 4294967296.0;
}
