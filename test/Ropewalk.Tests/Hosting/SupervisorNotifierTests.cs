using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Hosting;

public sealed class SupervisorNotifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-notify-").FullName;
    private readonly RecordingLog _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TellsTheManager(bool isAbstract)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || (isAbstract && !OperatingSystem.IsLinux()), "datagram sockets of this kind");
        string name = isAbstract ? $"@ropewalk-{Guid.NewGuid():N}" : Path.Combine(_folder, "notify");
        using Socket manager = Listen(name);
        var time = new VirtualTime();
        SupervisorNotifier notifier = Create(time, ("NOTIFY_SOCKET", name));
        Assert.True(notifier.IsActive);
        Assert.Null(notifier.WatchdogInterval);
        notifier.Ready("2 services");
        Assert.Equal("READY=1\nSTATUS=2 services", await ReceiveAsync(manager));
        long before = (long)time.GetElapsedTime(0).TotalMicroseconds;
        notifier.Reloading();
        Assert.Equal($"RELOADING=1\nMONOTONIC_USEC={before}\nSTATUS=Reloading", await ReceiveAsync(manager));
        notifier.Ready("a\nb" + new string('c', 1000));
        Assert.Equal("READY=1\nSTATUS=a b" + new string('c', 197), await ReceiveAsync(manager));
        notifier.Alive("fine");
        Assert.Equal("WATCHDOG=1\nSTATUS=fine", await ReceiveAsync(manager));
        notifier.Stopping();
        Assert.Equal("STOPPING=1\nSTATUS=Stopping", await ReceiveAsync(manager));
    }

    [Fact]
    public void TheMonotonicTimeIsTheSystems()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/uptime");
        string name = Path.Combine(_folder, "notify");
        using Socket manager = Listen(name);
        Create(TimeProvider.System, ("NOTIFY_SOCKET", name)).Reloading();
        byte[] buffer = new byte[1000];
        string message = Encoding.ASCII.GetString(buffer, 0, manager.Receive(buffer));
        double told = long.Parse(message.Split('\n')[1].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture) / 1e6;
        double uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(uptime - told, -5, 5); // a machine that never slept counts both alike
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1234")]
    [InlineData("relative/path")]
    public void WithoutAManagerNothingIsDone(string? name)
    {
        SupervisorNotifier notifier = Create(TimeProvider.System, ("NOTIFY_SOCKET", name), ("WATCHDOG_USEC", "1000"));
        Assert.False(notifier.IsActive);
        Assert.Null(notifier.WatchdogInterval);
        notifier.Ready("");
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void AManagerThatIsGoneIsToldOfOnce()
    {
        SupervisorNotifier notifier = Create(TimeProvider.System, ("NOTIFY_SOCKET", Path.Combine(_folder, "nobody")));
        notifier.Ready("");
        notifier.Stopping();
        Assert.Contains("nobody", _log.TextOf(1707));
    }

    [Theory]
    [InlineData("3000000", null, 1500)]
    [InlineData("3000000", "self", 1500)]
    [InlineData("3000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void TheWatchdogWantsToHearTwiceAsOften(string? microseconds, string? process, int? milliseconds)
    {
        process = process == "self" ? Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture) : process;
        SupervisorNotifier notifier = Create(
            TimeProvider.System, ("NOTIFY_SOCKET", Path.Combine(_folder, "x")), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", process));
        Assert.Equal(milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null, notifier.WatchdogInterval);
    }

    [Fact]
    public async Task AHostTellsItsWholeLife()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "datagram sockets of this kind");
        string name = Path.Combine(_folder, "notify");
        using Socket manager = Listen(name);
        var time = new VirtualTime();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(Create(time, ("NOTIFY_SOCKET", name), ("WATCHDOG_USEC", "20000000")));
        builder.Services.AddRopewalk().AddService("echo", new EchoKind(), new EchoOptions(), "mem:notify");
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal("READY=1\nSTATUS=1 services, 0 connections", await ReceiveAsync(manager));
        await host.Services.GetRequiredService<ServiceReloader>().ReloadAsync("test");
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await ReceiveAsync(manager));
        Assert.Equal("READY=1\nSTATUS=1 services, 0 connections", await ReceiveAsync(manager));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("WATCHDOG=1\nSTATUS=1 services, 0 connections", await ReceiveAsync(manager));
        await host.StopAsync();
        Assert.StartsWith("STOPPING=1\n", await ReceiveAsync(manager));
        Assert.Equal(ServiceState.Stopped, host.Services.GetRequiredService<IStatusSource>().Capture().State);
    }

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        return socket;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        int count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(20));
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private SupervisorNotifier Create(TimeProvider time, params (string Name, string? Value)[] environment)
        => new(name => environment.FirstOrDefault(pair => pair.Name == name).Value, time, _log);
}
