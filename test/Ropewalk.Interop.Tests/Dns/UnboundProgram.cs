using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Unbound on a port that the system chose: it asks one server on this machine alone, and believes what it can validate.</summary>
internal sealed class UnboundProgram : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-unbound-");
    private readonly RunningProgram _running;
    private readonly HeardText _errors;

    private UnboundProgram(int server, IEnumerable<string> zones, IEnumerable<string> anchors)
    {
        Port = FreePort.Find();
        string configuration = Path.Combine(_folder.FullName, "unbound.conf");
        // The root is the same server too, so that no question leaves the machine.
        File.WriteAllText(configuration, $"""
            server:
              interface: 127.0.0.1@{Port}
              directory: "{_folder.FullName}"
              pidfile: "{_folder.FullName}/unbound.pid"
              chroot: ""
              username: ""
              logfile: ""
              use-syslog: no
              verbosity: 1
              val-log-level: 2
              num-threads: 1
              do-ip6: no
              do-not-query-localhost: no
              qname-minimisation: no
              harden-below-nxdomain: no
              aggressive-nsec: no
              target-fetch-policy: "0 0 0 0 0"
              trust-anchor-signaling: no
              root-key-sentinel: no
              module-config: "validator iterator"
              local-zone: "test." nodefault
            {string.Concat(anchors.Select(anchor => $"  trust-anchor: \"{anchor.Trim().Replace("\"", "", StringComparison.Ordinal)}\"\n"))}
            {string.Concat(zones.Append(".").Select(zone => $"stub-zone:\n  name: \"{zone}\"\n  stub-addr: 127.0.0.1@{server}\n"))}
            remote-control:
              control-enable: no
            """);
        _running = ExternalProgram.Find("unbound").Start(["-d", "-c", configuration]);
        _errors = new HeardText(_running.Errors);
        _ = new HeardText(_running.Output);
    }

    public int Port { get; }

    /// <summary>Gets what it has written.</summary>
    public string Log => _errors.ToString();

    /// <summary>Starts it.</summary>
    /// <param name="server">The port of the server that it asks.</param>
    /// <param name="zones">The zones that it asks for there.</param>
    /// <param name="anchors">The keys that it trusts, as DNSKEY records.</param>
    public static async Task<UnboundProgram> StartAsync(int server, IEnumerable<string> zones, IEnumerable<string> anchors)
    {
        var unbound = new UnboundProgram(server, zones, anchors);
        await unbound._errors.WaitForAsync("start of service");
        return unbound;
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
