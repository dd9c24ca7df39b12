using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Interop.Tests.Dns;

public sealed class DifferentialTests
{
    private const int Questions = 10_000;

    [Fact]
    public async Task Others_answer_the_same()
    {
        foreach (int seed in Seeds())
        {
            await CompareAsync(seed);
        }
    }

    private static IEnumerable<int> Seeds()
    {
        string[] range = (Environment.GetEnvironmentVariable("ROPEWALK_SEEDS") ?? "1-1").Split('-');
        int first = int.Parse(range[0], CultureInfo.InvariantCulture), last = int.Parse(range[^1], CultureInfo.InvariantCulture);
        return Enumerable.Range(first, last - first + 1);
    }

    private static async Task CompareAsync(int seed)
    {
        var watch = Stopwatch.StartNew();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ropewalk-sign-");
        var signer = new ZoneSigner(folder.FullName);
        IReadOnlyList<GeneratedZone> generated = new ZoneGenerator(seed).Generate();
        List<(string Apex, string Text)> served = [];
        foreach (GeneratedZone zone in generated)
        {
            served.Add((zone.Apex, await signer.SignAsync(zone.Apex, zone.Text, zone.Signing)));
        }

        if (Environment.GetEnvironmentVariable("SHOWLOG") is not null)
        {
        Directory.CreateDirectory("/tmp/dd");
        foreach (var z in served) File.WriteAllText("/tmp/dd/" + z.Apex + "zone", z.Text);
        }

        Console.WriteLine($"signed {watch.ElapsedMilliseconds}");
        Zone[] zones = [.. served.Select(zone => GeneratedZone.Load(zone.Apex, Encoding.UTF8.GetBytes(zone.Text)))];
        ZoneCatalog catalog = GeneratedZone.Catalog(zones);
        var responder = new QueryResponder(catalog);
        await using DnsServerProgram nsd = await DnsServerProgram.StartAsync("NSD", served);
        await using DnsServerProgram knot = await DnsServerProgram.StartAsync("Knot", served);
        await using DnsServerProgram bind = await DnsServerProgram.StartAsync("BIND", served);
        Console.WriteLine($"started {watch.ElapsedMilliseconds}");
        DnsServerProgram[] peers = [nsd, knot, bind];
        var missing = new HashSet<(int, Zone)>();
        var alone = zones.ToDictionary(zone => zone, zone => new QueryResponder(GeneratedZone.Catalog([zone])));
        foreach (DnsServerProgram peer in peers)
        {
            using var client = new DnsTestClient(peer.Port);
            byte[][] soas = client.AskAll([.. served.Select((zone, i) => DnsTestQuestion.Of(zone.Apex, "SOA").Message(i))]);
            for (int i = 0; i < soas.Length; i++)
            {
                if ((soas[i][3] & 15) != 0 || (soas[i][2] & 4) == 0)
                {
                    missing.Add((Array.IndexOf(peers, peer), zones[i]));
                    if (!served[i].Apex.Contains("hidden")) Console.WriteLine($"{peer.Name} does not serve {served[i].Apex}");
                }
            }

            if (Environment.GetEnvironmentVariable("SHOWLOG") is not null)
            {
                Console.WriteLine(peer.Log);
            }
        }

        List<DomainName> hashes = [];
        foreach (Zone zone in zones)
        {
            for (int i = 0; i < zone.NodeCount; i += 7)
            {
                if ((zone[i].Flags & ZoneNodeFlags.Hashed) != 0)
                {
                    DomainName.Decode(zone[i].Owner, out DomainName? hashed);
                    hashes.Add(hashed!);
                }
            }
        }

        List<DnsTestQuestion> questions = new QuestionGenerator(seed, generated, hashes).Generate(Questions);
        byte[][] queries = [.. questions.Select((question, i) => question.Message(i))];
        LookupTrace[] traces = [.. questions.Select(question => LookupTrace.Of(catalog, question))];
        // Knot 3.2.6 does not come back from a loop through a wildcard.
        bool[] hangs = [.. traces.Select((trace, i) => questions[i].Type == DnsType.ANY || (trace.IsLoop && trace.Has(LookupBranch.WildcardCname)))];
        Console.WriteLine($"hangs {hangs.Count(h => h)} loops {traces.Count(t => t.IsLoop)}");
        byte[][] harmless = [.. queries.Select((q, i) => hangs[i] ? DnsTestQuestion.Of("v0.test.", "SOA").Message(i) : q)];
        byte[][][] theirs = [.. peers.Select(peer =>
        {
            using var client = new DnsTestClient(peer.Port);
            try { return client.AskAll(peer == knot ? harmless : queries); } catch (Exception e) { throw new InvalidOperationException($"{peer.Name} {string.Join(",", System.Text.RegularExpressions.Regex.Matches(e.Message, "[0-9]+").Select(m => questions[int.Parse(m.Value)].ToString()))} {peer.Log[^1000..]}", e); }
        })];
        Console.WriteLine($"asked {watch.ElapsedMilliseconds}");
        byte[] buffer = new byte[65535];
        var counts = new SortedDictionary<string, int>();
        var samples = new Dictionary<string, string>();
        for (int i = 0; i < queries.Length; i++)
        {
            int length = responder.Respond(queries[i], new MessageOrigin(new PeerAddress(IPAddress.Loopback, 9), DnsTransport.Udp, DateTimeOffset.UnixEpoch), buffer);
            DnsTestAnswer ours = DnsTestAnswer.Read(buffer[..length]);
            length = responder.Respond(queries[i], new MessageOrigin(new PeerAddress(IPAddress.Loopback, 9), DnsTransport.Tcp, DateTimeOffset.UnixEpoch), buffer);
            DnsTestAnswer whole = DnsTestAnswer.Read(buffer[..length]);
            foreach (string[] section in new[] { ours.Answer, [.. ours.Authority, .. ours.Additional] })
            {
                if (section.Distinct().Count() != section.Length) { counts["DUP"] = counts.GetValueOrDefault("DUP") + 1; samples["DUP"] = $"{questions[i]}\nours {ours}"; }
            }

            Zone? at = catalog.Find(questions[i].Name.Wire, questions[i].Name.LabelCount, DnsClass.IN);
            DnsTestAnswer border = ours;
            if (at is not null)
            {
                length = alone[at].Respond(queries[i], new MessageOrigin(new PeerAddress(IPAddress.Loopback, 9), DnsTransport.Udp, DateTimeOffset.UnixEpoch), buffer);
                border = DnsTestAnswer.Read(buffer[..length]);
            }

            var answers = peers.Select((_, p) => DnsTestAnswer.Read(theirs[p][i])).ToArray();
            var differences = answers.Select((answer, p) => (p, Kinds: p == 1 && hangs[i] ? "" : at is null || !missing.Contains((p, at)) ? Kinds(questions[i], p > 0 ? Kinds(questions[i], ours, answer, whole).Length == 0 ? ours : border : ours, answer, whole) : "")).Where(d => d.Kinds.Length > 0).ToArray();
            if (differences.Length > 0)
            {
                string sign = string.Join(" | ", differences.Select(d => $"{peers[d.p].Name}:{d.Kinds}"));
                counts[sign] = counts.GetValueOrDefault(sign) + 1;
                if (!samples.ContainsKey(sign) || samples[sign].Length > 3000)
                {
                    samples[sign] = $"{questions[i]}\nours {ours}" + string.Concat(answers.Select((a, p) => $"{peers[p].Name} {a}"));
                }
            }
        }

        foreach ((string sign, int count) in counts.OrderByDescending(c => c.Value))
        {
            Console.WriteLine($"== {count} {sign}\n{samples[sign]}");
        }

        Console.WriteLine($"seed {seed}: done {watch.ElapsedMilliseconds}: {counts.Values.Sum()} differ");
        folder.Delete(true);
    }

    private static string Kinds(DnsTestQuestion question, DnsTestAnswer ours, DnsTestAnswer theirs, DnsTestAnswer whole)
    {
        List<string> kinds = [];
        if (ours.Code != theirs.Code) kinds.Add($"code {ours.Code}/{theirs.Code}");
        if (ours.IsAuthoritative != theirs.IsAuthoritative) kinds.Add("aa");
        if (ours.DnssecOk != theirs.DnssecOk) kinds.Add("do");
        if (ours.IsTruncated != theirs.IsTruncated) kinds.Add("tc");
        if (ours.IsTruncated || theirs.IsTruncated) return string.Join(',', kinds);
        if (question.Type == DnsType.ANY) { kinds.Clear(); }
        else
        {
        if (!Same(ours.Answer, theirs.Answer)) kinds.Add("answer" + (ours.Answer.Length > theirs.Answer.Length ? "+" : ours.Answer.Length < theirs.Answer.Length ? "-" : ""));
        if (!Same(ours.Authority, theirs.Authority)) kinds.Add("authority" + (ours.Authority.Length > theirs.Authority.Length ? "+" : ours.Authority.Length < theirs.Authority.Length ? "-" : ""));
        if (Environment.GetEnvironmentVariable("ADDITIONAL") is not null && !Same(ours.Additional, theirs.Additional)) kinds.Add("additional");
        }
        return string.Join(',', kinds);
    }

    private static bool Same(string[] a, string[] b) => a.Order(StringComparer.Ordinal).SequenceEqual(b.Order(StringComparer.Ordinal));
}
