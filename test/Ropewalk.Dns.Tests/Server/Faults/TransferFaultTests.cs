using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server.Faults;

/// <summary>Faults of transfers.</summary>
public sealed class TransferFaultTests
{
    private readonly DnsFaults _faults = new();

    [Fact]
    public async Task A_transfer_is_cut_in_its_midst_and_the_stream_stays()
    {
        await using InProcessServer server = await StartAsync();
        byte[] whole = await TransferAsync(server, untilBytes: int.MaxValue);
        Assert.True(Messages.Unframe(whole).Count > 1);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.CutAnswer(20_000), type: DnsType.AXFR);
        Assert.Equal(whole[..20_002], (await TransferAsync(server, untilBytes: 20_002))[..20_002]);
        Assert.Equal(["example.test. AXFR tcp", "example.test. AXFR tcp"], _faults.Questions.Select(question => question.ToString()));
    }

    [Fact]
    public async Task A_transfer_is_refused_or_late()
    {
        await using InProcessServer server = await StartAsync();
        using (_faults.Inject(DnsFault.Refused))
        {
            byte[] refusal = Assert.Single(Messages.Unframe(await TransferAsync(server, int.MaxValue)));
            Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(refusal).ResponseCode);
        }

        using InjectedDnsFault fault = _faults.Inject(DnsFault.AnswerLate(TimeSpan.FromMinutes(5)));
        Task<byte[]> late = TransferAsync(server, int.MaxValue);
        await _faults.AskedAsync(2);
        await server.AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.False(late.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(Messages.Unframe(await late).Count > 1);
    }

    // Asks, says that there is no more to ask, and reads to the end, or to so many bytes.
    private static async Task<byte[]> TransferAsync(InProcessServer server, int untilBytes)
    {
        await using ConnectionContext connection = await server.Context.ConnectAsync(EndpointSpec.Parse($"tcp:{server.AddressOf(53)}"));
        await connection.Transport.Output.WriteAsync(Messages.Frame(Messages.Query(1, "example.test", DnsType.AXFR)));
        if (untilBytes == int.MaxValue)
        {
            await connection.Transport.Output.CompleteAsync();
        }

        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            byte[] bytes = read.Buffer.ToArray();
            if (read.IsCompleted || bytes.Length >= untilBytes)
            {
                // Nothing more comes, though the stream is open.
                Assert.True(read.IsCompleted || bytes.Length == untilBytes);
                return bytes;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private Task<InProcessServer> StartAsync() => InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDns("53", new DnsServerOptions
    {
        Zones = [Zone.Parse("example.test", string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"host{i} A 192.0.2.{i % 250}")))],
        Transfers = AccessRules.Parse("127.0.0.0/8"),
        Faults = _faults,
    })));
}
