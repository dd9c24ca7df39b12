using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is <c>ropewalk dns serve</c> with one zone in a file, on one port for UDP and TCP and on one for TLS.</summary>
internal sealed class DnsPrimary : IAsyncDisposable
{
    private readonly SampleFolder _folder;
    private readonly RopewalkProgram _program;

    private DnsPrimary(RopewalkProgram program, SampleFolder folder, string zoneFile, int port, int tlsPort)
    {
        _program = program;
        _folder = folder;
        ZoneFile = zoneFile;
        Port = port;
        TlsPort = tlsPort;
    }

    public int Port { get; }

    public int TlsPort { get; }

    /// <summary>Gets the file that the zone is read from.</summary>
    public string ZoneFile { get; }

    /// <summary>Gets the PEM file with the certificate for localhost.</summary>
    public string Certificate => _folder.Certificate;

    /// <summary>Gets the arguments of dig and kdig that say whom to ask.</summary>
    public string[] At => ["@127.0.0.1", "-p", Text(Port)];

    /// <summary>Gets the same for DNS over TLS.</summary>
    public string[] AtTls => ["@127.0.0.1", "-p", Text(TlsPort)];

    /// <summary>Gets what it has logged.</summary>
    public string Log => _program.Errors;

    /// <summary>Gets how long its threads have been busy.</summary>
    public TimeSpan ProcessorTime => _program.ProcessorTime;

    /// <summary>Gets how much memory it has.</summary>
    public long WorkingSetBytes => _program.WorkingSetBytes;

    /// <summary>Starts it.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="text">The zone's text.</param>
    /// <param name="options">More of the command's options.</param>
    public static Task<DnsPrimary> StartAsync(string zone, string text, params string[] options)
    {
        var folder = new SampleFolder();
        return StartAsync(folder, zone, folder.Write("zones/" + zone + ".zone", text), options);
    }

    /// <summary>Starts it with a zone file of a folder that it deletes at its end.</summary>
    public static async Task<DnsPrimary> StartAsync(SampleFolder folder, string zone, string zoneFile, params string[] options)
    {
        int port = FreePort.Find(), tlsPort = FreePort.Find();
        string[] listen = ["--listen", $"127.0.0.1:{port}", "--listen", $"tls:127.0.0.1:{tlsPort}:cert={folder.Certificate}"];
        // What is said behind --keys is a secret, which the command takes from the environment.
        int keys = Array.IndexOf(options, "--keys");
        Dictionary<string, string>? environment = keys < 0 ? null : new() { ["ROPEWALK__DNS__KEYS"] = options[keys + 1] };
        string[] others = keys < 0 ? options : [.. options[..keys], .. options[(keys + 2)..]];
        RopewalkProgram program = await RopewalkProgram.StartAsync(environment, ["dns", "serve", $"{zone}={zoneFile}", .. listen, .. others]);
        return new DnsPrimary(program, folder, zoneFile, port, tlsPort);
    }

    /// <summary>Puts a new version in the place of the zone's file, as an editor does: beside it, then over it.</summary>
    public void Exchange(string text)
    {
        string beside = ZoneFile + ".new";
        File.WriteAllText(beside, text);
        File.Move(beside, ZoneFile, overwrite: true);
    }

    /// <summary>Tells it to look at once: by itself it looks every two seconds.</summary>
    public void Reload() => _program.Send(RopewalkProgram.Signals.HangUp);

    /// <summary>Waits for a text in its log.</summary>
    public Task WaitForLogAsync(string text) => _program.WaitForErrorAsync(text, TimeSpan.FromSeconds(30));

    /// <summary>Tells it to stop, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync() => _program.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _folder.Dispose();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
