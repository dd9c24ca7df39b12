using System.Net;
using System.Text;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Asks us and others the questions of one seed about the zones of that seed, and compares.</summary>
internal sealed class DifferentialRun(int seed)
{
    private const int MostShown = 5;

    private const int MostRestarts = 3;

    // So many go through a real port too.
    private const int SampleCount = 2_000;

    private static readonly string[] Peers = ["NSD", "Knot", "BIND"];

    private readonly List<(string Apex, string Text)> _served = [];
    private readonly List<string> _unexplained = [];
    private readonly byte[] _buffer = new byte[DnsLimits.MessageBytes];
    private IReadOnlyList<GeneratedZone> _generated = [];
    private ZoneCatalog _catalog = ZoneCatalog.Empty;
    private QueryResponder _responder = new(ZoneCatalog.Empty);
    private HashSet<string> _records = [];

    /// <summary>Gets how often each branch of the lookup was taken.</summary>
    public Dictionary<LookupBranch, int> Branches { get; } = Enum.GetValues<LookupBranch>().ToDictionary(branch => branch, _ => 0);

    /// <summary>Gets how often each difference explained an answer.</summary>
    public SortedDictionary<string, int> Explained { get; } = [];

    /// <summary>Gets how many answers of others were compared with ours.</summary>
    public int Compared { get; private set; }

    public async Task RunAsync(int questionCount)
    {
        await MakeZonesAsync();
        List<DnsTestQuestion> questions = new QuestionGenerator(seed, _generated, [.. Hashes()]).Generate(questionCount);
        LookupTrace[] traces = [.. questions.Select(question => LookupTrace.Of(_catalog, question))];
        DnsTestAnswer?[][] answers = await Task.WhenAll(Peers.Select(peer => AskAsync(peer, questions, traces)));
        await AskByPortAsync(questions[..Math.Min(SampleCount, questions.Count)]);
        for (int i = 0; i < questions.Count; i++)
        {
            foreach (LookupBranch branch in traces[i].Branches)
            {
                Branches[branch]++;
            }

            Compare(questions[i], traces[i], [.. answers.Select(all => all[i])]);
        }

        Assert.True(_unexplained.Count == 0, $"seed {seed} (ROPEWALK_SEED={seed}): {_unexplained.Count} answers differ unexplained; the first ones:\n{string.Join('\n', _unexplained.Take(MostShown))}");
    }

    private async Task MakeZonesAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ropewalk-sign-");
        try
        {
            var signer = new ZoneSigner(folder.FullName);
            _generated = new ZoneGenerator(seed).Generate();
            foreach (GeneratedZone zone in _generated)
            {
                _served.Add((zone.Apex, await signer.SignAsync(zone.Apex, zone.Text, zone.Signing)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        _catalog = GeneratedZone.Catalog(_served.Select(zone => GeneratedZone.Load(zone.Apex, Encoding.UTF8.GetBytes(zone.Text))));
        _responder = new QueryResponder(_catalog);
        _records = [.. _catalog.Zones.SelectMany(DnsTestAnswer.RecordsOf)];
    }

    // Names that only denials stand at: a few of each zone.
    private IEnumerable<DomainName> Hashes()
    {
        foreach (Zone zone in _catalog.Zones)
        {
            for (int node = 0; node < zone.NodeCount; node += 7)
            {
                if ((zone[node].Flags & ZoneNodeFlags.Hashed) != 0)
                {
                    DomainName.Decode(zone[node].Owner, out DomainName? name);
                    yield return name!;
                }
            }
        }
    }

    // An answer is null where the peer does not serve a zone, is not asked, or answers no more: then it is started again and asked the next ones.
    private async Task<DnsTestAnswer?[]> AskAsync(string peer, List<DnsTestQuestion> questions, LookupTrace[] traces)
    {
        var all = new DnsTestAnswer?[questions.Count];
        int[] asked = [];
        byte[]?[] answers = [];
        for (int next = 0, starts = 0; starts == 0 || next < asked.Length; starts++)
        {
            Assert.True(starts <= MostRestarts, $"seed {seed}: {peer} stops again and again");
            await using ComparedServer server = await ComparedServer.StartAsync(peer, _served);
            using var client = new DnsTestClient(server.Port);
            if (starts == 0)
            {
                HashSet<Zone> missing = FindMissing(client, server);
                asked = [.. Enumerable.Range(0, questions.Count).Where(i => IsAsked(peer, questions[i], traces[i], missing))];
                answers = new byte[asked.Length][];
            }
            else
            {
                lock (_unexplained)
                {
                    Explained["(starts after it answered no more) " + peer] = starts;
                }
            }

            next = client.Ask([.. asked.Select((question, i) => questions[question].Message(i))], next, answers);
        }

        for (int i = 0; i < asked.Length; i++)
        {
            all[asked[i]] = answers[i] is { } answer ? DnsTestAnswer.Read(answer) : null;
        }

        return all;
    }

    private HashSet<Zone> FindMissing(DnsTestClient client, ComparedServer server)
    {
        byte[][] tests = client.AskAll([.. _served.Select((zone, i) => DnsTestQuestion.Of(zone.Apex, "SOA").Message(i))]);
        HashSet<Zone> missing = [.. _catalog.Zones.Where((_, i) => DnsTestAnswer.Read(tests[i]) is not { Code: DnsResponseCode.NoError, IsAuthoritative: true })];
        Assert.True(missing.Count <= _served.Count / 2, $"{server.Name} serves too few zones:\n{server.Log}");
        return missing;
    }

    private async Task AskByPortAsync(List<DnsTestQuestion> questions)
    {
        await using DatagramPort port = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), new DnsDatagramHandler(_responder).Handle);
        using var client = new DnsTestClient(port.LocalEndPoint.Port);
        byte[][] answers = client.AskAll([.. questions.Select((question, i) => question.Message(i))]);
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.Equal(Respond(questions[i].Message(i), DnsTransport.Udp), answers[i]);
        }
    }

    // Knot 3.2.6 comes back neither from a loop through a wildcard nor from ANY at a set that fills a datagram.
    private static bool IsAsked(string peer, DnsTestQuestion question, LookupTrace trace, HashSet<Zone> missing) =>
        !trace.Zones.Any(missing.Contains)
        && !missing.Any(zone => question.Name.IsSubdomainOf(zone.Apex))
        && (peer != "Knot" || (question.Type != DnsType.ANY && !(trace.IsLoop && trace.Has(LookupBranch.WildcardCname))));

    private DnsTestAnswer Ask(DnsTestQuestion question, DnsTransport transport) => DnsTestAnswer.Read(Respond(question.Message(1), transport));

    private byte[] Respond(byte[] query, DnsTransport transport)
    {
        var origin = new MessageOrigin(new PeerAddress(IPAddress.Loopback, 9), transport, DateTimeOffset.UnixEpoch);
        return _buffer[.._responder.Respond(query, origin, _buffer)];
    }

    private void Compare(DnsTestQuestion question, LookupTrace trace, DnsTestAnswer?[] theirs)
    {
        DnsTestAnswer ours = Ask(question, DnsTransport.Udp), whole = Ask(question, DnsTransport.Tcp);
        List<string> wrong = [.. Check(ours), .. Check(whole)];
        AnswerComparison?[] comparisons = [.. Peers.Select((peer, i) => theirs[i] is { } answer ? new AnswerComparison(peer, question, trace, _catalog, ours, whole, answer, IsAlone: false) : null)];
        Dictionary<string, string> signs = [];
        for (int i = 0; i < Peers.Length; i++)
        {
            if (comparisons[i] is not { } comparison)
            {
                continue;
            }

            Compared++;
            AnswerComparison[] others = [.. comparisons.OfType<AnswerComparison>().Where(other => other != comparison && other.Theirs.Authority.Length + other.Theirs.Answer.Length > 0)];
            // Where the others' answers are cut, or they were not asked, nobody speaks against us.
            bool isAlone = others.All(other => other.Differ() == AnswerAspects.None);
            if (KnownDifferences.Explain(comparison with { IsAlone = isAlone }) is not { } known)
            {
                wrong.Add($"{Peers[i]}: {comparison.Differ()}");
                continue;
            }

            foreach (KnownDifference difference in known)
            {
                string name = $"{difference.Name} {Peers[i]}";
                Explained[name] = Explained.GetValueOrDefault(name) + 1;
            }

            // Where two say the same and not what we say, an RFC must decide.
            if (known.Count > 0 && !signs.TryAdd(Sign(theirs[i]!), Peers[i]) && known.FirstOrDefault(difference => !difference.DecidesAgainstTwo) is { } weak)
            {
                wrong.Add($"two agree against us, and only {weak.Name} explains it");
            }
        }

        if (wrong.Count > 0)
        {
            _unexplained.Add($"{question} [{string.Join(' ', trace.Branches)}] {string.Join("; ", wrong)}\nours {ours}" + string.Concat(Peers.Select((peer, i) => $"{peer} {theirs[i]?.ToString() ?? "is not asked\n"}")));
        }
    }

    // Each record once, and each one of the zones' but for aliases that were made of a DNAME, wildcards' owners and the TTL of denials.
    private IEnumerable<string> Check(DnsTestAnswer ours)
    {
        string[] all = [.. ours.Answer, .. ours.Authority, .. ours.Additional];
        if (all.Distinct().Count() != all.Length)
        {
            yield return "a record is there twice";
        }

        foreach (string record in ours.Additional.Where(record => !_records.Contains(record)))
        {
            yield return $"nobody has written {record}";
        }
    }

    private static string Sign(DnsTestAnswer answer) =>
        $"{answer.Code} {answer.IsAuthoritative} {string.Join('\n', answer.Answer.Order(StringComparer.Ordinal))}\n\n{string.Join('\n', answer.Authority.Order(StringComparer.Ordinal))}";
}
