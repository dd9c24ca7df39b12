using System.Globalization;
using System.Text.RegularExpressions;

namespace Ropewalk.Interop.Tests.Dns.Secondaries;

/// <summary>Is an authoritative server of Debian's that has one zone from ours: it transfers it, hears of changes, and serves it.</summary>
internal abstract class Secondary : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ExternalProgram _server;
    private readonly ExternalProgram _dig = ExternalProgram.Find("dig", "bind9-dnsutils");
    private RunningProgram? _running;
    private HeardText? _output;
    private HeardText? _errors;

    protected Secondary(string program, string package) => _server = ExternalProgram.Find(program, package);

    /// <summary>Gets the port that it answers at, and hears notices at.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>Gets all that it has written.</summary>
    public string Log => $"{_output}{_errors}";

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("ropewalk-dns-");

    /// <summary>Makes one by its name: <c>named</c>, <c>knotd</c> or <c>nsd</c>.</summary>
    public static Secondary Create(string program) => program switch
    {
        "named" => new BindSecondary(),
        "knotd" => new KnotSecondary(),
        "nsd" => new NsdSecondary(),
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "There is no such program."),
    };

    /// <summary>Starts it as a secondary of a zone.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="primary">Where its primary is.</param>
    /// <param name="overTls">Whether it transfers over TLS (RFC 9103).</param>
    public void Start(string zone, DnsPrimary primary, bool overTls = false)
    {
        string file = Path.Combine(Folder.FullName, "server.conf");
        File.WriteAllText(file, Configure(zone, primary, overTls));
        _running = _server.Start(Arguments(file));
        _output = new HeardText(_running.Output);
        _errors = new HeardText(_running.Errors);
    }

    /// <summary>Waits until it serves a version.</summary>
    public async Task WaitForSerialAsync(string zone, int serial, TimeSpan? patience = null)
    {
        using var late = new CancellationTokenSource(patience ?? Patience);
        string wanted = string.Create(CultureInfo.InvariantCulture, $" {serial} ");
        string last;
        do
        {
            Assert.False(late.IsCancellationRequested, $"it never served the serial {serial}:\n{Log}");
            Assert.True(_running!.IsRunning, $"it ended:\n{Log}");
            last = (await _dig.RunAsync([.. At, "+short", "+tries=1", "+timeout=2", zone, "SOA"])).Output;
        }
        while (!last.Contains(wanted, StringComparison.Ordinal));
    }

    /// <summary>Asks it.</summary>
    /// <returns>The records' data, a line each.</returns>
    public async Task<string> AskAsync(string name, string type) => (await _dig.RunAsync([.. At, "+short", name, type])).Expect().Output.TrimEnd();

    /// <summary>Takes all that it has of a zone.</summary>
    /// <returns>The records in the form of <c>name ttl class type data</c>, sorted, without the SOA at the end.</returns>
    public async Task<string[]> DumpAsync(string zone)
    {
        ProgramResult all = (await _dig.RunAsync([.. At, "+noall", "+answer", zone, "AXFR"], timeout: Patience)).Expect();
        string[] lines = [.. all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Regex.Replace(line, @"\s+", " "))];
        Assert.Equal(lines[0], lines[^1]);
        return [.. lines[..^1].Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until it has written a text.</summary>
    public async Task WaitForLogAsync(string text)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!Log.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(late.IsCancellationRequested, $"it did not write '{text}':\n{Log}");
            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        Folder.Delete(recursive: true);
    }

    /// <summary>Gets what it says when it has heard a signed notice.</summary>
    public abstract string HeardNotice { get; }

    /// <summary>Gets what it says when it has refused one.</summary>
    public abstract string RefusedNotice { get; }

    protected abstract string Configure(string zone, DnsPrimary primary, bool overTls);

    protected abstract string[] Arguments(string file);

    private string[] At => ["@127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture)];
}
