using System.Net;
using System.Net.Sockets;
using Ropewalk.Endpoints;

namespace Ropewalk.Interop.Tests;

/// <summary>An IRC server of Debian's on a port that the system chose; it can be stopped and started again on the same one.</summary>
internal sealed class IrcServerProgram : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-irc-");
    private readonly ExternalProgram _program;
    private readonly string[] _command;
    private readonly string _ready;
    private RunningProgram? _running;

    private IrcServerProgram(string name, string? certificate)
    {
        ExternalProgram server = ExternalProgram.Find(name);
        Port = FreePort.Find();
        if (certificate is not null)
        {
            // it reads the file as another user
            File.WriteAllText(Certificate, File.ReadAllText(certificate));
        }

        Endpoint = certificate is null ? EndpointSpec.Tcp("127.0.0.1", Port) : EndpointSpec.Parse($"tls:127.0.0.1:{Port}:name=localhost:trust={certificate}");
        string configuration = Path.Combine(_folder.FullName, "ircd.conf");
        File.WriteAllText(configuration, name == "ngircd" ? Ngircd(certificate is not null) : Inspircd(certificate is not null));
        _ready = name == "ngircd" ? "ready." : "is now running";
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_111_111);
        }

        string[] arguments = name == "ngircd" ? ["-n", "-f", configuration] : [$"--config={configuration}", "--nofork"];
        // both refuse to run as root
        bool isRoot = Environment.IsPrivilegedProcess;
        _program = isRoot ? ExternalProgram.Find("setpriv", "util-linux", isPeer: false) : server;
        _command = isRoot ? ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/sbin/" + name, .. arguments] : arguments;
    }

    public int Port { get; }

    /// <summary>Gets where clients connect to; on TLS they trust the certificate that it was started with.</summary>
    public EndpointSpec Endpoint { get; }

    private string Certificate => Path.Combine(_folder.FullName, "certificate.pem");

    /// <summary>Starts one.</summary>
    /// <param name="name">The package, whose name the program has.</param>
    /// <param name="certificate">A PEM file with a certificate for localhost and its key: it listens on TLS. Null: in the clear.</param>
    public static async Task<IrcServerProgram> StartAsync(string name, string? certificate = null)
    {
        var server = new IrcServerProgram(name, certificate);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _running = _program.Start(_command);
        await new HeardText(_running.Output).WaitForAsync(_ready);
    }

    public async Task StopAsync()
    {
        if (_running is { } running)
        {
            _running = null;
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private string Ngircd(bool isSecure) => $"""
        [Global]
        Name = irc.example
        Info = Test
        Listen = 127.0.0.1
        {(isSecure ? "" : $"Ports = {Port}")}
        MotdPhrase = hello
        AdminEMail = nobody@example
        [Limits]
        MaxConnections = 0
        MaxConnectionsIP = 0
        MaxNickLength = 20
        MaxPenaltyTime = 0
        [Options]
        DNS = no
        Ident = no
        PAM = no
        {(isSecure ? $"[SSL]\nPorts = {Port}\nCertFile = {Certificate}\nKeyFile = {Certificate}" : "")}
        """;

    private string Inspircd(bool isSecure)
    {
        string[] modules =
        [
            "cap", "ircv3", "ircv3_batch", "ircv3_capnotify", "ircv3_chghost", "ircv3_ctctags", "ircv3_echomessage", "ircv3_invitenotify", "ircv3_labeledresponse", "ircv3_msgid",
            "ircv3_servertime", "monitor", "setname", "namesx", "uhnames", "botmode", "services_account",
        ];
        return $"""
            <config format="xml">
            <path configdir="{_folder.FullName}" datadir="{_folder.FullName}" logdir="{_folder.FullName}" runtimedir="{_folder.FullName}">
            <server name="irc.example" description="test" network="Test">
            <admin name="a" nick="a" email="a@example">
            <bind address="127.0.0.1" port="{Port}" type="clients"{(isSecure ? " sslprofile=\"clients\"" : "")}>
            <connect name="all" allow="*" timeout="60" pingfreq="120" localmax="500" globalmax="500" threshold="1000" commandrate="100000" softsendq="1000000" hardsendq="10000000" recvq="100000" resolvehostnames="no" useident="no">
            <pid file="{_folder.FullName}/ircd.pid">
            {string.Join('\n', modules.Select(module => $"<module name=\"{module}\">"))}
            {(isSecure ? $"<module name=\"ssl_gnutls\">\n<sslprofile name=\"clients\" provider=\"gnutls\" certfile=\"{Certificate}\" keyfile=\"{Certificate}\">" : "")}
            """;
    }
}
