using System.Globalization;
using System.Text.RegularExpressions;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>dnsperf asks as fast as it likes, over each transport, and loses nothing; also while the zone changes under it.</summary>
public sealed class DnsPerfTests
{
    private const int Versions = 20;
    private const int NoticedByItself = 4;

    private static readonly string Questions = string.Concat(
        new[] { "www A", "www AAAA", "alias A", "any.wild TXT", "version TXT", "pair A", "nobody A" }.Select(question => question.Replace(" ", $".{SampleNames.Zone} ", StringComparison.Ordinal) + "\n"));

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("dot")]
    public async Task Dnsperf_loses_nothing(string mode)
    {
        var dnsperf = ExternalProgram.Find("dnsperf");
        using var folder = new SampleFolder();
        await using DnsPrimary primary = await StartAsync();
        ProgramResult result = await dnsperf.RunAsync(Arguments(primary, mode, folder.Write("questions", Questions), "-l", "2", "-Q", "20000", "-c", "4"));
        int asked = Completed(result);
        Assert.True(asked > 1000, result.Output);
        Console.WriteLine($"dnsperf: {asked} questions over {mode} in 2 s, none lost");
    }

    /// <summary>The clients: dnsperf on UDP and on TCP at a steady rate, and one of dnspython that looks at each answer.</summary>
    [Fact]
    public async Task No_question_is_lost_while_the_zone_changes_and_each_answer_is_of_one_version()
    {
        var dnsperf = ExternalProgram.Find("dnsperf");
        PythonScript script = await PythonScript.FindAsync("versions.py");
        using var folder = new SampleFolder();
        await using DnsPrimary primary = await StartAsync();
        string questions = folder.Write("questions", Questions);
        await using RunningProgram watcher = script.Start(Text(primary.Port));
        await watcher.ReadLineWithAsync("asking");
        await using RunningProgram datagrams = dnsperf.Start(Arguments(primary, "udp", questions, "-l", "600", "-Q", "1000"));
        await using RunningProgram streams = dnsperf.Start(Arguments(primary, "tcp", questions, "-l", "600", "-Q", "500"));
        Task<ProgramResult> byDatagrams = datagrams.FinishAsync("", TimeSpan.FromSeconds(120)), byStreams = streams.FinishAsync("", TimeSpan.FromSeconds(120));
        for (int serial = 2; serial <= Versions + 1; serial++)
        {
            primary.Exchange(SampleNames.Version(serial));
            if (serial > NoticedByItself)
            {
                primary.Reload();
            }

            await primary.WaitForLogAsync($"{SampleNames.Zone}. is served: serial {serial},");
        }

        // SIGINT: it waits for what it has asked, and tells
        RopewalkProgram.Send(datagrams.Id, RopewalkProgram.Signals.Interrupt);
        RopewalkProgram.Send(streams.Id, RopewalkProgram.Signals.Interrupt);
        int asked = Completed(await byDatagrams) + Completed(await byStreams);
        ProgramResult watched = (await watcher.FinishAsync("", TimeSpan.FromSeconds(20))).Expect();
        Match told = Regex.Match(watched.Output, @"asked (\d+) versions (\d+) last (\d+)");
        Assert.True(told.Success, watched.Output);
        Assert.Equal((Versions + 1).ToString(CultureInfo.InvariantCulture), told.Groups[3].Value);
        Assert.True(int.Parse(told.Groups[2].Value, CultureInfo.InvariantCulture) > Versions / 2, watched.Output);
        Console.WriteLine($"dnsperf: {asked} questions over udp and tcp through {Versions} versions, none lost; dnspython: {told.Value}, none mixed");
    }

    /// <summary>While one of a network asks more than is answered, others of it come through: a cut answer sends them to TCP.</summary>
    [Fact]
    public async Task Who_shares_a_network_with_a_flood_is_still_answered()
    {
        var dnsperf = ExternalProgram.Find("dnsperf");
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        using var folder = new SampleFolder();
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1));
        string question = folder.Write("question", $"www.{SampleNames.Zone} A\n");
        await using RunningProgram flood = dnsperf.Start(Arguments(primary, "udp", question, "-l", "600", "-Q", "2000", "-t", "1", "-q", "10000", "-O", "suppress=timeout"));
        Task<ProgramResult> ended = flood.FinishAsync("", TimeSpan.FromSeconds(120));
        for (int i = 0; i < 20; i++)
        {
            ProgramResult asked = (await dig.RunAsync([.. primary.At, $"www.{SampleNames.Zone}", "A", "+nocookie", "+tries=8", "+timeout=1"], timeout: TimeSpan.FromSeconds(30))).Expect();
            Assert.Contains("192.0.2.1", asked.Output, StringComparison.Ordinal);
        }

        RopewalkProgram.Send(flood.Id, RopewalkProgram.Signals.Interrupt);
        ProgramResult flooded = (await ended).Expect();
        Match lost = Regex.Match(flooded.Output, @"Queries lost: +\d+ \(([\d.]+)%\)");
        Assert.True(double.Parse(lost.Groups[1].Value, CultureInfo.InvariantCulture) > 30, flooded.Output);
        Console.WriteLine($"dnsperf: a flood of 2000 questions a second, of which {lost.Groups[1].Value}% got no answer; dig beside it was answered 20 times of 20");
    }

    private static Task<DnsPrimary> StartAsync() => DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), "--rate-limit", "false");

    private static string[] Arguments(DnsPrimary primary, string mode, string questions, params string[] more) =>
        ["-s", "127.0.0.1", "-p", Text(mode == "dot" ? primary.TlsPort : primary.Port), "-m", mode, "-d", questions, .. more];

    // Nothing lost, and only the results that the questions have.
    private static int Completed(ProgramResult result)
    {
        result.Expect();
        Assert.Matches(@"Queries lost: +0 \(0\.00%\)", result.Output);
        string codes = Regex.Match(result.Output, "Response codes: +(.*)").Groups[1].Value;
        Assert.Matches(@"^NOERROR \d+ \([\d.]+%\), NXDOMAIN \d+ \([\d.]+%\)$", codes);
        return int.Parse(Regex.Match(result.Output, @"Queries completed: +(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
