using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Hosting;

public sealed partial class ServiceReloadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-reload-").FullName;
    private readonly EchoKind _kind = new();
    private readonly RecordingLog _log = new();

    private string ConfigurationFile => Path.Combine(_folder, "greeting");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ASignalReloads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGHUP");
        File.WriteAllText(ConfigurationFile, "one");
        using IHost host = Build(options => options.ReloadOnSignal = true);
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        using LineClient old = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("one", await old.ReadAsync());
        File.WriteAllText(ConfigurationFile, "two");
        Assert.Equal(0, Kill(Environment.ProcessId, 1));
        await Eventually.HoldsAsync(() => status.Capture().LastReload is not null, "the signal has reloaded");
        Assert.True(status.Capture().LastReload!.Succeeded);
        using LineClient young = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("two", await young.ReadAsync());
        Assert.Equal("x", await old.AskAsync("x"));
        await host.StopAsync();
    }

    [Fact]
    public async Task AnInvalidFileChangesNothingAndAllItsErrorsAreTold()
    {
        File.WriteAllText(ConfigurationFile, "one");
        using IHost host = Build(_ => { });
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        File.WriteAllText(ConfigurationFile, "bad worse");
        ReloadResult result = await host.Services.GetRequiredService<ServiceReloader>().ReloadAsync("test");
        Assert.Equal(["'bad' is bad", "'worse' is bad"], result.Errors);
        Assert.Equal(["'bad' is bad", "'worse' is bad"], status.Capture().LastReload!.Lines);
        Assert.Contains("'bad' is bad; 'worse' is bad", _log.TextOf(1702));
        using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("one", await client.ReadAsync());

        File.WriteAllText(ConfigurationFile, "throw");
        result = await host.Services.GetRequiredService<ServiceReloader>().ReloadAsync("test");
        Assert.Equal(["a fault of the source"], result.Errors);
        Assert.Equal("x", await client.AskAsync("x"));
        await host.StopAsync();
    }

    [Fact]
    public async Task RequestsThatWaitAreAnsweredTogether()
    {
        File.WriteAllText(ConfigurationFile, "one");
        using IHost host = Build(_ => { });
        await host.StartAsync();
        var source = (FileSource)host.Services.GetRequiredService<IServiceSource>();
        ServiceReloader reloader = host.Services.GetRequiredService<ServiceReloader>();
        int loads = source.Loads;
        source.Gate = new TaskCompletionSource();
        Task<ReloadResult> first = reloader.ReloadAsync("test");
        await Eventually.HoldsAsync(() => source.Loads == loads + 1, "the first has begun");
        Task<ReloadResult>[] all = [first, .. Enumerable.Range(0, 20).Select(_ => reloader.ReloadAsync("test"))];
        source.Gate.SetResult();
        await Task.WhenAll(all);
        Assert.Equal(loads + 2, source.Loads); // the one that ran, the one that waited
        await reloader.ReloadAsync("test");
        Assert.Equal(loads + 3, source.Loads);
        await host.StopAsync();
    }

    [Fact]
    public async Task AChangedFileReloadsOnceItIsLeftAlone()
    {
        var time = new VirtualTime();
        var inForce = new WatchedFiles(["a"], "a1");
        string stamp = "1";
        int looks = 0;
        var changes = new List<string>();
        var failures = new List<string>();
        using var stop = new CancellationTokenSource();
        var loop = new FileChangeLoop(
            () => inForce,
            paths =>
            {
                looks++;
                return stamp == "none" ? throw new InvalidOperationException("no thread to ask with") : Task.FromResult(string.Join(",", paths) + stamp);
            },
            () =>
            {
                changes.Add(stamp);
                return Task.CompletedTask;
            },
            exception => failures.Add(exception.Message),
            TimeSpan.FromSeconds(1),
            time);
        Task running = loop.RunAsync(stop.Token);
        await LookAsync();
        Assert.Empty(changes);
        stamp = "2";
        await LookAsync();
        stamp = "3";
        await LookAsync();
        Assert.Empty(changes); // it is still being written
        await LookAsync();
        Assert.Equal(["3"], changes);
        await LookAsync();
        await LookAsync();
        Assert.Equal(["3"], changes);
        stamp = "4";
        await LookAsync();
        stamp = "3";
        await LookAsync();
        await LookAsync();
        Assert.Equal(["3"], changes); // it was changed back
        inForce = new WatchedFiles(["b"], "b3");
        await LookAsync();
        await LookAsync();
        Assert.Equal(["3"], changes); // another configuration is in force
        inForce = new WatchedFiles(["b"], "b2");
        await LookAsync();
        await LookAsync();
        Assert.Equal(["3", "3"], changes); // it was read before the file became what it is at the first look
        changes.Clear();
        for (int i = 0; i < 12; i++)
        {
            stamp = "w" + i;
            await LookAsync();
        }

        Assert.Equal(["w5", "w11"], changes); // one that never rests does not keep others waiting for ever
        await LookAsync();
        await LookAsync();
        Assert.Equal(["w5", "w11"], changes);
        stamp = "none";
        await LookAsync();
        await LookAsync();
        Assert.Equal(["no thread to ask with"], failures); // told once
        stamp = "5";
        await LookAsync();
        await LookAsync();
        Assert.Equal(["w5", "w11", "5"], changes); // it goes on looking
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        async Task LookAsync()
        {
            int before = looks;
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => looks > before, "it looks");
        }
    }

    [Theory]
    [InlineData("write")]
    [InlineData("replace")]
    [InlineData("delete")]
    [InlineData("swap link")]
    [InlineData("add to folder")]
    [InlineData("touch")]
    public void StampsTellEveryChange(string how)
    {
        string file = ConfigurationFile;
        string folder = Path.Combine(_folder, "certs");
        string link = Path.Combine(_folder, "link");
        Directory.CreateDirectory(folder);
        File.WriteAllText(file, "same length");
        File.WriteAllText(Path.Combine(_folder, "other"), "other");
        File.CreateSymbolicLink(link, file);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        string[] watched = [file, folder, link, Path.Combine(_folder, "missing")];
        string before = Ropewalk.Blocking.DiskStamps.Read(watched);
        Assert.Equal(before, Ropewalk.Blocking.DiskStamps.Read(watched));
        switch (how)
        {
            case "write":
                File.WriteAllText(file, "SAME length");
                break;
            case "replace":
                File.WriteAllText(file + ".new", "same length");
                File.Move(file + ".new", file, overwrite: true);
                break;
            case "delete":
                File.Delete(file);
                break;
            case "swap link":
                File.Delete(link);
                File.CreateSymbolicLink(link, Path.Combine(_folder, "other"));
                break;
            case "add to folder":
                File.WriteAllText(Path.Combine(folder, "new.pem"), "");
                break;
            default:
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(1));
                break;
        }

        Assert.NotEqual(before, Ropewalk.Blocking.DiskStamps.Read(watched));
    }

    [Fact]
    public async Task AChangeThatComesWhileTheFileIsReadIsNotLost()
    {
        File.WriteAllText(ConfigurationFile, "one");
        using IHost host = Build(WatchClosely);
        var source = (FileSource)host.Services.GetRequiredService<IServiceSource>();
        source.HasRead = () => File.WriteAllText(ConfigurationFile, "changed");
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        await Eventually.HoldsAsync(() => status.Capture().LastReload is not null, "the change was noticed");
        using LineClient young = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("changed", await young.ReadAsync());
        await host.StopAsync();
    }

    [Fact]
    public void TheFilesOfEndpointsAreWatchedToo()
    {
        Assert.Equal(
            ["/etc/a.pem", "/etc/a.key", "/etc/certs"],
            [
                .. EndpointFiles.Of(EndpointSpec.Parse("tls:443:cert=/etc/a.pem:key=/etc/a.key:password=secret")),
                .. EndpointFiles.Of(EndpointSpec.Parse(@"proxy:trust=10.0.0.1:then=tls\:443\:certs=/etc/certs")),
            ]);
    }

    [Fact]
    public async Task ARealFileIsNoticed()
    {
        File.WriteAllText(ConfigurationFile, "one");
        using IHost host = Build(WatchClosely);
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        File.WriteAllText(ConfigurationFile, "changed");
        await Eventually.HoldsAsync(() => status.Capture().LastReload is not null, "the change was noticed");
        using LineClient young = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("changed", await young.ReadAsync());
        await host.StopAsync();
    }

    // A zone, a list of users: what a service itself reads is part of the configuration.
    [Fact]
    public async Task AChangedFileOfAServiceIsReadAgainBesideTheOldOneAndTakenOnlyIfAllIsRight()
    {
        string prefix = Path.Combine(Path.GetDirectoryName(ConfigurationFile)!, "prefix");
        File.WriteAllText(prefix, "one ");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        builder.Services.AddRopewalk(WatchClosely).AddService("echo", _kind, new EchoOptions { PrefixFile = prefix }, "tcp:127.0.0.1:0");
        using IHost host = builder.Build();
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("hello", await client.ReadAsync());
        Assert.Equal("one a", await client.AskAsync("a"));

        File.WriteAllText(prefix, "wrong");
        await Eventually.HoldsAsync(() => status.Capture().LastReload is { Succeeded: false }, "the change was refused");
        Assert.Equal(["echo: the prefix is wrong"], status.Capture().LastReload!.Lines);
        Assert.Equal("one b", await client.AskAsync("b"));

        File.WriteAllText(prefix, "two ");
        await Eventually.HoldsAsync(() => status.Capture().LastReload is { Succeeded: true }, "the change was taken");
        Assert.Equal("two c", await client.AskAsync("c"));
        Assert.Single(_kind.Made);
        await host.StopAsync();
    }

    [Fact]
    public async Task AFileOfAServiceThatChangesWhileItIsReadForTheFirstTimeIsReadAgain()
    {
        string prefix = Path.Combine(Path.GetDirectoryName(ConfigurationFile)!, "prefix");
        File.WriteAllText(prefix, "one ");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        builder.Services.AddRopewalk(WatchClosely).AddService("echo", _kind, new EchoOptions { PrefixFile = prefix, HasRead = () => File.WriteAllText(prefix, "second ") }, "tcp:127.0.0.1:0");
        using IHost host = builder.Build();
        await host.StartAsync();
        IStatusSource status = host.Services.GetRequiredService<IStatusSource>();
        await Eventually.HoldsAsync(() => status.Capture().LastReload is { Succeeded: true }, "the change was noticed");
        using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("hello", await client.ReadAsync());
        Assert.Equal("second a", await client.AskAsync("a"));
        await host.StopAsync();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static void WatchClosely(RopewalkOptions options)
    {
        options.ReloadOnChange = true;
        options.ChangePollInterval = TimeSpan.FromMilliseconds(20);
    }

    private IHost Build(Action<RopewalkOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        builder.Services.AddSingleton<IServiceSource>(new FileSource(ConfigurationFile, _kind));
        builder.Services.AddRopewalk(configure);
        return builder.Build();
    }

    /// <summary>Reads a greeting from a file; words that begin with "bad" or "worse" are errors.</summary>
    private sealed class FileSource(string path, EchoKind kind) : IServiceSource
    {
        public int Loads { get; private set; }

        public TaskCompletionSource? Gate { get; set; }

        public Action? HasRead { get; set; }

        public IReadOnlyList<string> Files => [path];

        public async ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken)
        {
            Loads++;
            if (Gate is not null)
            {
                await Gate.Task;
            }

            string[] words = (await File.ReadAllTextAsync(path, cancellationToken)).Split(' ');
            HasRead?.Invoke();
            string[] errors = [.. words.Where(word => word is "bad" or "worse").Select(word => $"'{word}' is bad")];
            return words[0] == "throw"
                ? throw new InvalidOperationException("a fault of the source")
                : new ServiceSet([kind.Define("echo", new EchoOptions { Greeting = words[0] }, "tcp:127.0.0.1:0")], errors, [path]);
        }
    }
}
