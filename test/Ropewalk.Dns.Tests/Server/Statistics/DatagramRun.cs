using System.Net;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server.Statistics;

/// <summary>A handler of datagrams with its statistics, on ports in memory and in virtual time; batches are what is sent together.</summary>
internal sealed class DatagramRun
{
    private readonly TurnContext _turns = new();
    private readonly MemoryDatagramTransport _network = new();
    private readonly List<(IDatagramPort Port, PeerAddress Address)> _served = [];

    public DatagramRun(DnsStatisticsOptions? options = null, LogRecorder? log = null, IMessageResponder? responder = null)
    {
        Statistics = new DnsStatistics(options ?? new DnsStatisticsOptions(), TestZone.Hash, log, Time);
        Zone zone = TestZone.Of(TestZone.Soa, "www.example.org. 60 IN A 192.0.2.1", "big.example.org. 60 IN TXT " + string.Join(' ', Enumerable.Repeat(new string('x', 200), 5)));
        Handler = new DnsDatagramHandler(responder ?? new QueryResponder(new ZoneCatalog([zone], TestZone.Hash)), Time, Statistics);
        AddPort();
    }

    public VirtualTime Time { get; } = new(1);

    public DnsStatistics Statistics { get; }

    public DnsDatagramHandler Handler { get; }

    /// <summary>Gets or sets how often each batch is handled.</summary>
    public int Times { get; set; } = 1;

    /// <summary>Gets how many bytes the handler has allocated.</summary>
    public long AllocatedBytes { get; private set; }

    public void AddPort() => _served.Add(Bind(new IPEndPoint(IPAddress.Loopback, 53 + _served.Count), Handle));

    /// <summary>Sends messages to a port in one batch.</summary>
    public void Send(IEnumerable<byte[]> messages, string from = "192.0.2.77", int port = 0)
    {
        (IDatagramPort client, _) = Bind(new IPEndPoint(IPAddress.Parse(from), 0), static (ref DatagramBatch _) => { });
        foreach (byte[] message in messages)
        {
            Assert.True(client.TrySend(_served[port].Address, message));
        }

        // Answers to nobody are lost, and cost nothing here.
        Task gone = client.StopAsync();
        _turns.Run();
        Assert.True(gone.IsCompleted);
    }

    private (IDatagramPort Port, PeerAddress Address) Bind(IPEndPoint at, DatagramHandler handler)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_turns);
        try
        {
            ValueTask<IDatagramPort> bound = _network.BindAsync(at, handler);
            Assert.True(bound.IsCompletedSuccessfully);
            return (bound.Result, new PeerAddress(at));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Handle(ref DatagramBatch batch)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
        {
            Handler.Handle(ref batch);
        }

        AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
