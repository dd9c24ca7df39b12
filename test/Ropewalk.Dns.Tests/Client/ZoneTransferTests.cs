using System.Runtime.CompilerServices;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>RFC 5936, RFC 1995 and RFC 8945 §5.3.1: transfers from servers good and bad.</summary>
public sealed class ZoneTransferTests
{
    private const string Soa = TransferScript.Soa;
    private const string Ns = "example. 60 IN NS ns.example.";
    private const string Glue = "ns.example. 60 IN A 192.0.2.53";

    private static readonly DomainName Zone = DomainName.Parse("example.");
    private static readonly TsigKey Key = new(DomainName.Parse("secondary."), TsigAlgorithm.HmacSha256, "0123456789abcdef0123456789abcdef"u8);

    public static TheoryData<string, ZoneTransferFailure> Hostile => new()
    {
        { "refused", ZoneTransferFailure.Refused },
        { "no end", ZoneTransferFailure.Incomplete },
        { "silence", ZoneTransferFailure.TimedOut },
        { "nothing at all", ZoneTransferFailure.Incomplete },
        { "no SOA first", ZoneTransferFailure.NoStartOfAuthority },
        { "empty first", ZoneTransferFailure.NoStartOfAuthority },
        { "empty later", ZoneTransferFailure.Malformed },
        { "SOA of another zone", ZoneTransferFailure.OutOfZone },
        { "record of another zone", ZoneTransferFailure.OutOfZone },
        { "record of another class", ZoneTransferFailure.OutOfZone },
        { "record of a question's type", ZoneTransferFailure.OutOfZone },
        { "SOA below", ZoneTransferFailure.OutOfZone },
        { "another SOA at the end", ZoneTransferFailure.WrongSerial },
        { "more after the end", ZoneTransferFailure.TrailingRecords },
        { "wrong number", ZoneTransferFailure.WrongMessage },
        { "wrong number later", ZoneTransferFailure.WrongMessage },
        { "wrong question", ZoneTransferFailure.WrongMessage },
        { "no question", ZoneTransferFailure.WrongMessage },
        { "cut", ZoneTransferFailure.WrongMessage },
        { "a question", ZoneTransferFailure.WrongMessage },
        { "malformed", ZoneTransferFailure.Malformed },
        { "too short", ZoneTransferFailure.Malformed },
        { "error in the middle", ZoneTransferFailure.Refused },
    };

    [Fact]
    public Task A_zone_comes_in_several_messages() => RunAsync(
        (asked, _) => new TransferScript(asked).Add(Soa, Ns).AddRaw(asked.Answer(Glue) with { Questions = [] }).Add("WWW.example. 60 IN A 192.0.2.1", Soa),
        async (sim, server, client) =>
        {
            List<string> records = [];
            await foreach (ResourceRecord record in client.TransferAsync(Zone, server.Tcp))
            {
                records.Add(record.ToString());
            }

            Assert.Equal([Soa, Ns, Glue, "WWW.example. 60 IN A 192.0.2.1"], records);
            GatheredRecords gathered = [];
            ZoneTransfer transfer = await client.TransferAsync(Zone, server.Udp, gathered);
            Assert.Equal(records, gathered);
            Assert.Equal((true, ZoneTransferKind.Whole, 7u, 5, 3), (transfer.IsComplete, transfer.Kind, transfer.Serial, transfer.Records, transfer.Messages));
            Assert.Equal(2, server.Connections);
        });

    [Fact]
    public Task A_zone_of_nothing_but_its_SOA_record_is_one() => RunAsync((asked, _) => new TransferScript(asked).Add(Soa, Soa), async (sim, server, client) =>
    {
        GatheredRecords gathered = [];
        Assert.True((await client.TransferAsync(Zone, server.Tcp, gathered)).IsComplete);
        Assert.Equal([Soa], gathered);
    });

    [Theory]
    [MemberData(nameof(Hostile))]
    public Task A_hostile_server_gets_nowhere(string what, ZoneTransferFailure failure) => RunAsync((asked, _) => Misbehave(what, asked), async (sim, server, client) =>
    {
        server.EndsConnections = what is "no end" or "nothing at all";
        TimeSpan begin = sim.Time.Elapsed;
        ZoneTransfer transfer = await client.TransferAsync(Zone, server.Tcp, new GatheredRecords());
        Assert.Equal((failure, false), (transfer.Failure, transfer.IsComplete));
        Assert.InRange(sim.Time.Elapsed - begin, TimeSpan.Zero, TimeSpan.FromSeconds(31));
        ZoneTransferException thrown = await Assert.ThrowsAsync<ZoneTransferException>(async () =>
        {
            await foreach (ResourceRecord _ in client.TransferAsync(Zone, server.Tcp))
            {
            }
        });
        Assert.Equal(failure, thrown.Transfer.Failure);
    });

    [Fact]
    public Task A_transfer_without_end_ends_at_the_most_records_or_bytes() => RunAsync(
        (asked, _) =>
        {
            TransferScript script = new TransferScript(asked).Add(Soa);
            for (int i = 0; i < 1000; i++)
            {
                script.Add(Glue);
            }

            return script;
        },
        async (sim, server, client) =>
        {
            ZoneTransfer transfer = await client.TransferAsync(Zone, server.Tcp, new GatheredRecords(), new ZoneTransferOptions { MostRecords = 100 });
            Assert.Equal((ZoneTransferFailure.TooLarge, 101), (transfer.Failure, transfer.Records));
            transfer = await client.TransferAsync(Zone, server.Tcp, new GatheredRecords(), new ZoneTransferOptions { MostBytes = 10_000 });
            Assert.Equal(ZoneTransferFailure.TooLarge, transfer.Failure);
            Assert.InRange(transfer.Bytes, 10_000, 10_100);
        });

    [Fact]
    public Task A_transfer_that_drips_ends_in_time() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost host = sim.AddHost("server");
        host.Run(async (self, token) => await self.ListenAsync("tcp:53", async connection =>
        {
            System.IO.Pipelines.ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(2);
            byte[] question = System.Buffers.BuffersExtensions.ToArray(read.Buffer)[2..];
            DnsMessage.Decode(question, out DnsMessage? message);
            AskedQuestion asked = new(question, message!, default, default, 0);
            foreach (string record in Enumerable.Repeat(Glue, 100_000).Prepend(Soa))
            {
                byte[] drip = asked.Answer(record).Encode();
                await connection.Transport.Output.WriteAsync((byte[])[0, (byte)drip.Length, .. drip], token);
                await Task.Delay(TimeSpan.FromSeconds(20), self.Time, connection.ConnectionClosed);
            }
        }));
        await sim.DelayAsync(TimeSpan.FromMilliseconds(10));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions());
        ZoneTransfer transfer = await client.TransferAsync(Zone, Ropewalk.Endpoints.EndpointSpec.Parse("tcp:server:53"), new GatheredRecords());
        Assert.Equal(ZoneTransferFailure.TimedOut, transfer.Failure);
        Assert.InRange(transfer.Elapsed, TimeSpan.FromHours(2), TimeSpan.FromHours(2.01));
    });

    [Fact]
    public Task Nobody_there_is_said() => DnsClientTests.SimulateAsync(async sim =>
    {
        sim.AddHost("server");
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions());
        Assert.Equal(ZoneTransferFailure.Unreachable, (await client.TransferAsync(Zone, Ropewalk.Endpoints.EndpointSpec.Parse("tcp:server:53"), new GatheredRecords())).Failure);
    });

    [Fact]
    public Task A_signed_transfer_may_leave_messages_between_unsigned() => RunAsync(
        (asked, now) =>
        {
            TransferScript script = new TransferScript(asked, Key, now).Add(Soa, Ns);
            for (int i = 0; i < 99; i++)
            {
                script.AddUnsigned($"n{i}.example. 60 IN A 192.0.2.1");
            }

            return script.Add(Soa);
        },
        async (sim, server, client) => Assert.Equal(ZoneTransferFailure.None, (await client.TransferAsync(Zone, server.Tcp, new GatheredRecords(), Signed)).Failure));

    [Theory]
    [InlineData("last")]
    [InlineData("first")]
    [InlineData("100")]
    [InlineData("all")]
    [InlineData("changed")]
    [InlineData("refused")]
    public Task Missing_and_wrong_signatures_are_seen(string what) => RunAsync(
        (asked, now) => Forge(what, asked, now),
        async (sim, server, client) =>
        {
            ZoneTransfer transfer = await client.TransferAsync(Zone, server.Tcp, new GatheredRecords(), Signed);
            Assert.Equal(ZoneTransferFailure.NotSigned, transfer.Failure);
            Assert.Equal(what == "refused" ? DnsResponseCode.BadKey : what == "changed" ? DnsResponseCode.BadSignature : DnsResponseCode.NoError, transfer.Code);
        });

    [Fact]
    public Task Changes_are_told_in_their_order() => RunAsync(
        (asked, _) =>
        {
            Assert.Equal(5u, ((SoaRecord)Assert.Single(asked.Message.Authorities).Rdata).Serial);
            return new TransferScript(asked).Add(Soa, Old(5), "a.example. 60 IN A 192.0.2.1", Old(6), "b.example. 60 IN A 192.0.2.2").Add(Old(6), "b.example. 60 IN A 192.0.2.2", Soa, Glue, Soa);
        },
        async (sim, server, client) => Assert.Equal(
            [$"Removed {Old(5)}", "Removed a.example. 60 IN A 192.0.2.1", $"Added {Old(6)}", "Added b.example. 60 IN A 192.0.2.2", $"Removed {Old(6)}", "Removed b.example. 60 IN A 192.0.2.2", $"Added {Soa}", $"Added {Glue}"],
            await ReadChangesAsync(client, server)));

    [Fact]
    public Task Instead_of_changes_a_whole_zone_may_come() => RunAsync(
        (asked, _) => new TransferScript(asked).Add(Soa, Ns, Soa),
        async (sim, server, client) => Assert.Equal([$"Whole {Soa}", $"Whole {Ns}"], await ReadChangesAsync(client, server)));

    [Fact]
    public Task Nothing_newer_is_nothing() => RunAsync((asked, _) => new TransferScript(asked).Add(Old(5)), async (sim, server, client) => Assert.Empty(await ReadChangesAsync(client, server)));

    [Theory]
    [InlineData(4, 6)]
    [InlineData(5, 4)]
    [InlineData(5, 8)]
    public Task Changes_that_do_not_fit_together_are_refused(uint from, uint to) => RunAsync(
        (asked, _) => new TransferScript(asked).Add(Soa, Old(from), Old(to), Old(9)),
        async (sim, server, client) =>
            Assert.Equal(ZoneTransferFailure.WrongSerial, (await Assert.ThrowsAsync<ZoneTransferException>(() => ReadChangesAsync(client, server))).Transfer.Failure));

    private static ZoneTransferOptions Signed => new() { Key = Key.Name };

    private static string Old(uint serial) => Soa.Replace(" 7 ", $" {serial} ", StringComparison.Ordinal);

    private static async Task<List<string>> ReadChangesAsync(DnsClient client, ScriptedServer server)
    {
        List<string> changes = [];
        await foreach (ZoneChange change in client.TransferChangesAsync(Zone, 5, server.Tcp))
        {
            changes.Add($"{change.Kind} {change.Record}");
        }

        return changes;
    }

    private static TransferScript Misbehave(string what, AskedQuestion asked)
    {
        TransferScript script = new(asked);
        DnsMessage answer = asked.Answer(Soa);
        return what switch
        {
            "refused" => script.AddRaw(asked.Fail(DnsResponseCode.Refused)),
            "no end" => script.Add(Soa, Ns),
            "silence" => script.Add(Soa).Add(Ns),
            "nothing at all" => script.Add(Soa),
            "no SOA first" => script.Add(Ns, Soa),
            "empty first" => script.Add(),
            "empty later" => script.Add(Soa, Ns).Add().Add().Add(Soa),
            "SOA of another zone" => script.Add("com. 60 IN SOA ns.example. admin.example. 7 3600 600 86400 300"),
            "record of another zone" => script.Add(Soa, "www.example.com. 60 IN A 192.0.2.1", Soa),
            "record of another class" => script.Add(Soa, "www.example. 60 CH TXT \"x\"", Soa),
            "record of a question's type" => script.Add(Soa, "www.example. 60 IN TYPE252 \\# 0", Soa),
            "SOA below" => script.Add(Soa, "sub." + Soa, Soa),
            "another SOA at the end" => script.Add(Soa, Ns, Old(8)),
            "more after the end" => script.Add(Soa, Ns, Soa, Glue),
            "wrong number" => script.AddRaw(answer with { Header = answer.Header with { Id = (ushort)(answer.Header.Id + 1) } }),
            "wrong number later" => script.Add(Soa, Ns).AddRaw(answer with { Header = answer.Header with { Id = (ushort)(answer.Header.Id + 1) } }),
            "wrong question" => script.AddRaw(answer with { Questions = [new DnsQuestion(DomainName.Parse("com."), DnsType.AXFR)] }),
            "no question" => script.AddRaw(answer with { Questions = [] }),
            "cut" => script.AddRaw(answer with { Header = answer.Header with { IsTruncated = true } }),
            "a question" => script.AddRaw(answer with { Header = answer.Header with { IsResponse = false } }),
            "malformed" => script.Add(Soa, "www.example. 60 IN TYPE1 \\# 4 01020304", "www.example. 60 IN TYPE65280 \\# 1 00").AddRaw(answer with { Header = answer.Header with { QuestionCount = 0 }, Questions = [], Answers = [] }),
            "too short" => Short(script),
            _ => script.Add(Soa, Ns).AddRaw(asked.Fail(DnsResponseCode.ServerFailure)),
        };
    }

    private static TransferScript Short(TransferScript script)
    {
        ((List<byte[]>)script.Messages).Add([1, 2, 3]);
        return script;
    }

    private static TransferScript Forge(string what, AskedQuestion asked, DateTimeOffset now)
    {
        TransferScript script = new(asked, Key, now);
        switch (what)
        {
            case "last":
                return script.Add(Soa, Ns).AddUnsigned(Soa);
            case "first":
                return script.AddUnsigned(Soa, Ns).Add(Soa);
            case "all":
                return script.AddUnsigned(Soa, Ns, Soa);
            case "100":
                script.Add(Soa, Ns);
                for (int i = 0; i < 100; i++)
                {
                    script.AddUnsigned(Glue);
                }

                return script.Add(Soa);
            case "changed":
                script.Add(Soa, Glue, Soa);
                script.Messages[0][^150] ^= 1;
                return script;
            default:
                TsigRecord refusal = new(TsigAlgorithm.HmacSha256.Name(), 0, 300, default, asked.Message.Header.Id, DnsResponseCode.BadKey, default);
                return script.AddRaw(asked.Fail(DnsResponseCode.NotAuthorized) with { Additionals = [new ResourceRecord(Key.Name, DnsClass.ANY, TimeSpan.Zero, refusal)] }, isSigned: false);
        }
    }

    private static Task RunAsync(Func<AskedQuestion, DateTimeOffset, TransferScript> script, Func<Simulation, ScriptedServer, DnsClient, Task> scenario, [CallerMemberName] string? test = null) =>
        DnsClientTests.SimulateAsync(async sim =>
        {
            SimHost host = sim.AddHost("server");
            ScriptedServer server = await ScriptedServer.StartBytesAsync(host, asked => script(asked, host.Time.GetUtcNow()).Messages);
            await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Keys = [Key] });
            await scenario(sim, server, client);
        }, test);
}
