using System.Globalization;
using System.Net;
using System.Text;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Unbound asks our server by UDP, and validates what it says: with authority, and of what there is not.</summary>
public sealed class ValidationTests : IDisposable
{
    private const string Head = "$TTL 3600\n@ SOA ns host 1 7200 900 604800 300\n@ NS ns\nns A 192.0.2.53\nwww A 192.0.2.80\n";

    private const string Middle = Head + """
        txt TXT "one"
        *.wild A 192.0.2.1
        *.wildalias CNAME www
        *.e.wild A 192.0.2.3
        x.y.ent A 192.0.2.2
        alias CNAME www
        chain CNAME any.wildalias
        dead CNAME nowhere
        tree DNAME target
        h.target A 192.0.2.4
        insecure NS ns.insecure
        ns.insecure A 192.0.2.5
        kid NS ns.kid
        ns.kid A 192.0.2.6
        """;

    // What is proved by a hash that opt-out may have left something out behind is not secure.
    private static readonly (string Question, DnsResponseCode Code, bool IsSecure, bool IsSecureWithOptOut)[] Expected =
    [
        ("www A", DnsResponseCode.NoError, true, true),
        ("@ SOA", DnsResponseCode.NoError, true, true),
        ("@ DNSKEY", DnsResponseCode.NoError, true, true),
        ("www AAAA", DnsResponseCode.NoError, true, true),
        ("nope A", DnsResponseCode.NameError, true, false),
        ("a.b.c.nope A", DnsResponseCode.NameError, true, false),
        ("below.www A", DnsResponseCode.NameError, true, false),
        ("any.wild A", DnsResponseCode.NoError, true, false),
        ("any.below.wild A", DnsResponseCode.NoError, true, false),
        ("any.wild MX", DnsResponseCode.NoError, true, false),
        ("*.wild A", DnsResponseCode.NoError, true, true),
        ("*.wild MX", DnsResponseCode.NoError, true, true),
        ("any.wildalias A", DnsResponseCode.NoError, true, false),
        ("chain A", DnsResponseCode.NoError, true, false),
        ("chain AAAA", DnsResponseCode.NoError, true, false),
        ("ent A", DnsResponseCode.NoError, true, true),
        ("y.ent TXT", DnsResponseCode.NoError, true, true),
        ("z.ent A", DnsResponseCode.NameError, true, false),
        ("alias A", DnsResponseCode.NoError, true, true),
        ("dead A", DnsResponseCode.NameError, true, false),
        ("h.tree A", DnsResponseCode.NoError, true, true),
        ("i.tree A", DnsResponseCode.NameError, true, false),
        ("kid DS", DnsResponseCode.NoError, true, true),
        ("www.kid A", DnsResponseCode.NoError, true, true),
        ("www.kid MX", DnsResponseCode.NoError, true, true),
        ("nope.kid A", DnsResponseCode.NameError, true, false),
        ("insecure DS", DnsResponseCode.NoError, true, false),
        ("www.insecure A", DnsResponseCode.NoError, false, false),
        ("nope.insecure A", DnsResponseCode.NameError, false, false),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-sign-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_signed_is_secure_and_what_is_not_is_not()
    {
        var signer = new ZoneSigner(_folder.FullName);
        List<(string Apex, string Text)> zones = [];
        List<string> anchors = [];
        foreach (ZoneSigning signing in Signings())
        {
            string apex = $"{signing}.test.".ToLowerInvariant(), kid = "kid." + apex;
            zones.Add((kid, await signer.SignAsync(kid, Head, signing)));
            zones.Add(("insecure." + apex, Head));
            zones.Add((apex, await signer.SignAsync(apex, $"{Middle}\n{await signer.SignersOfAsync(kid)}", signing)));
            anchors.Add(await signer.AnchorOfAsync(apex));
        }

        await using DatagramPort port = Serve(GeneratedZone.Catalog(zones.Select(zone => GeneratedZone.Load(zone.Apex, Encoding.UTF8.GetBytes(zone.Text)))));
        await using UnboundProgram unbound = await UnboundProgram.StartAsync(port.LocalEndPoint.Port, zones.Select(zone => zone.Apex), anchors);
        List<string> expected = [], actual = [];
        foreach (ZoneSigning signing in Signings())
        {
            foreach ((string question, DnsResponseCode code, bool isSecure, bool isSecureWithOptOut) in Expected)
            {
                string[] words = question.Split(' ');
                string name = (words[0] == "@" ? "" : words[0] + ".") + $"{signing}.test.".ToLowerInvariant();
                expected.Add($"{name} {words[1]} {code}{((signing == ZoneSigning.Nsec3OptOut ? isSecureWithOptOut : isSecure) ? " secure" : "")}");
                actual.Add($"{name} {words[1]} {Ask(unbound, DnsTestQuestion.Of(name, words[1], dnssecOk: true))}");
            }
        }

        Assert.True(expected.SequenceEqual(actual), string.Join('\n', expected.Zip(actual).Where(pair => pair.First != pair.Second)) + "\n" + unbound.Log);
    }

    // What does not exist is what can be proved wrongly: generated names of generated zones, in all ways in which one look-up can end.
    [Fact]
    public async Task Generated_zones_prove_what_they_say()
    {
        var signer = new ZoneSigner(_folder.FullName);
        List<GeneratedZone> zones = [.. new ZoneGenerator(5).Generate().Where(zone => zone.Signing != ZoneSigning.None && (zone.Apex.Contains("-sister", StringComparison.Ordinal) || zone.Apex.Contains("-hidden", StringComparison.Ordinal)))];
        List<Zone> loaded = [];
        List<string> anchors = [];
        foreach (GeneratedZone zone in zones)
        {
            loaded.Add(GeneratedZone.Load(zone.Apex, Encoding.UTF8.GetBytes(await signer.SignAsync(zone.Apex, zone.Text, zone.Signing))));
            anchors.Add(await signer.AnchorOfAsync(zone.Apex));
        }

        ZoneCatalog catalog = GeneratedZone.Catalog(loaded);
        await using DatagramPort port = Serve(catalog);
        await using UnboundProgram unbound = await UnboundProgram.StartAsync(port.LocalEndPoint.Port, zones.Select(zone => zone.Apex), anchors);
        List<string> wrong = [];
        List<(DnsTestQuestion Question, string Anchor)> forDelv = [];
        var branches = new SortedDictionary<LookupBranch, int>();
        foreach (DnsTestQuestion question in new QuestionGenerator(5, zones, []).Generate(4_000).DistinctBy(question => (question.Name, question.Type)))
        {
            LookupTrace trace = LookupTrace.Of(catalog, question);
            bool isPlain = trace.Branches.Count == 1 && !trace.LeavesZones && question.Type is not (DnsType.ANY or DnsType.RRSIG or DnsType.NSEC or DnsType.NSEC3 or DnsType.CNAME or DnsType.DNAME or DnsType.DS);
            // Here is UDP alone, and a name that a DNAME makes too long is an error to a resolver.
            if (!isPlain || trace.Has(LookupBranch.Referral, LookupBranch.Dname) || IsCut(catalog, question))
            {
                continue;
            }

            ZoneSigning signing = zones[catalog.Zones.ToList().IndexOf(trace.Zones[0])].Signing;
            bool isOptOut = signing == ZoneSigning.Nsec3OptOut;
            if (isOptOut && HasEmptyAbove(trace.Zones[0], question.Name))
            {
                // RFC 5155 §7.1: a name that has only delegations without DS below it may be left out; then a wildcard above it cannot be told from one for its children.
                continue;
            }

            if (trace.Has(LookupBranch.Cname))
            {
                // With nothing behind it: an alias of itself, which a resolver gives up.
                continue;
            }

            if (trace.Has(LookupBranch.WildcardEmptyNonTerminal) ? signing == ZoneSigning.Nsec : trace.Has(LookupBranch.WildcardAnswer) && question.Name.IsWildcard)
            {
                // Unbound 1.17 does not see by its NSEC that a wildcard has no records but is there, and takes a name that begins with an asterisk for the wildcard itself.
                forDelv.Add((question, anchors[zones.FindIndex(zone => zone.Apex == trace.Zones[0].Apex.ToString())]));
                continue;
            }

            branches[trace.Branches[0]] = branches.GetValueOrDefault(trace.Branches[0]) + 1;
            string code = trace.Has(LookupBranch.NameError) ? "NameError" : "NoError", answer = Ask(unbound, question with { EdnsBytes = 1232, DnssecOk = true });
            if (answer != code + " secure" && !(isOptOut && answer == code))
            {
                wrong.Add($"{question}: {answer} [{trace.Branches[0]}]");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", branches));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(10)) + "\n" + unbound.Log);
        Assert.True(branches.Count >= 6 && branches.Values.Sum() > 500, string.Join(", ", branches));
        Assert.True(forDelv.Count > 2);
        foreach ((DnsTestQuestion question, string anchor) in forDelv.Take(8))
        {
            await BelievedByDelvAsync(port.LocalEndPoint.Port, question, anchor);
        }
    }

    private async Task BelievedByDelvAsync(int port, DnsTestQuestion question, string anchor)
    {
        // APEX IN DNSKEY FLAGS PROTOCOL ALGORITHM KEY
        string[] words = anchor.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string file = Path.Combine(_folder.FullName, words[0] + "anchor");
        await File.WriteAllTextAsync(file, $"trust-anchors {{ {words[0]} static-key {words[3]} {words[4]} {words[5]} \"{string.Concat(words[6..])}\"; }};\n");
        ProgramResult said = await ExternalProgram.Find("delv", "bind9-dnsutils").RunAsync(
            ["@127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-a", file, "+root=" + words[0], question.Name.ToString(), question.Type.Mnemonic()]);
        Assert.True(said.Output.StartsWith("; fully validated", StringComparison.Ordinal) || said.Output.StartsWith("; negative response, fully validated", StringComparison.Ordinal), $"{question}\n{said.Output}{said.Errors}");
    }

    private static bool IsCut(ZoneCatalog catalog, DnsTestQuestion question)
    {
        byte[] answer = new byte[4096];
        var origin = new MessageOrigin(new PeerAddress(IPAddress.Loopback, 9), DnsTransport.Udp, DateTimeOffset.UnixEpoch);
        return DnsTestAnswer.Read(answer[..new QueryResponder(catalog).Respond((question with { EdnsBytes = 1232, DnssecOk = true }).Message(1), origin, answer)]).IsTruncated;
    }

    private static bool HasEmptyAbove(Zone zone, DomainName name)
    {
        for (; name != zone.Apex; name = name.Parent!)
        {
            if (zone.Find(name.Wire) is var node and >= 0 && (zone[node].Flags & ZoneNodeFlags.Empty) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ZoneSigning[] Signings() => [ZoneSigning.Nsec, ZoneSigning.Nsec3, ZoneSigning.Nsec3Salted, ZoneSigning.Nsec3OptOut];

    private static DatagramPort Serve(ZoneCatalog catalog) => DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), new DnsDatagramHandler(new QueryResponder(catalog)).Handle);

    private static string Ask(UnboundProgram unbound, DnsTestQuestion question)
    {
        using var client = new DnsTestClient(unbound.Port);
        byte[]? answer = client.TryAsk(question.Message(1, recursionDesired: true), TimeSpan.FromSeconds(10));
        if (answer is null)
        {
            return "nothing";
        }

        DnsHeader.Decode(answer, out DnsHeader header);
        return $"{header.ResponseCode}{(header.AuthenticData ? " secure" : "")}";
    }
}
