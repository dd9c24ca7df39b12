using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

/// <summary>A service that listens nowhere: it begins when it is in force, and never when something beside it is wrong.</summary>
public sealed class ServiceWithoutEndpointsTests : IAsyncDisposable
{
    private readonly CallerKind _kind = new();
    private readonly EchoKind _echo = new();
    private readonly RecordingLog _log = new();
    private readonly ServiceRunner _runner;

    public ServiceWithoutEndpointsTests() => _runner = new ServiceRunner(new EndpointContext { LoggerFactory = _log }, new ServiceRunnerOptions());

    public ValueTask DisposeAsync() => _runner.DisposeAsync();

    [Fact]
    public async Task BeginsWhenItIsInForceAndSeesTheOthers()
    {
        ServiceDefinition echo = _echo.Define("echo", new EchoOptions(), "tcp:127.0.0.1:0");
        _kind.OnBegin = () => _kind.Saw = _runner.Capture().Services[0].Endpoints[0].BoundTo;
        ReloadResult result = await _runner.ApplyAsync([echo, Define("one")], TestContext.Current.CancellationToken);
        Assert.Empty(result.Errors);
        Assert.StartsWith("127.0.0.1:", _kind.Saw, StringComparison.Ordinal);
        Assert.Equal(["begin one"], _kind.Told);
        Assert.Equal(ServiceState.Running, _runner.Capture().Services[1].State);

        // what has not changed goes on; another setting is another instance
        await _runner.ApplyAsync([echo, Define("one")], TestContext.Current.CancellationToken);
        Assert.Equal(["begin one"], _kind.Told);
        await _runner.ApplyAsync([echo, Define("two")], TestContext.Current.CancellationToken);
        await _runner.ApplyAsync([echo], TestContext.Current.CancellationToken);
        await _runner.DisposeAsync();
        Assert.Equal(["begin one", "begin two", "end one", "end two"], _kind.Told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DoesNotBeginWhereAnotherServiceCannotStart()
    {
        ReloadResult result = await _runner.ApplyAsync([Define("one"), _echo.Define("broken", new EchoOptions { FailsWith = "no" }, "tcp:127.0.0.1:0")], TestContext.Current.CancellationToken);
        Assert.Equal(["broken: no"], result.Errors);
        Assert.Equal(["end one"], _kind.Told);
    }

    [Fact]
    public async Task OneThatCannotBeginIsToldAndHindersNothing()
    {
        _kind.OnBegin = () => throw new InvalidOperationException("it was not to fail");
        Assert.Empty((await _runner.ApplyAsync([Define("one"), _echo.Define("echo", new EchoOptions(), "tcp:127.0.0.1:0")], TestContext.Current.CancellationToken)).Errors);
        Assert.Contains("caller did not begin", _log.TextOf(1710), StringComparison.Ordinal);
    }

    private ServiceDefinition Define(string options) => new("caller", _kind, options, []);

    private sealed class CallerKind() : ServiceKind<string>("caller", Table)
    {
        private static new readonly SettingTable<string> Table = new SettingTable<string>().Restart("all", options => options);

        public List<string> Told { get; } = [];

        public string? Saw { get; set; }

        public Action? OnBegin { get; set; }

        public override bool ListensNowhere => true;

        protected override ValueTask<ServiceInstance> StartAsync(string options, ServiceContext context, CancellationToken cancellationToken) => new(new Caller(this, options));
    }

    private sealed class Caller(CallerKind kind, string name) : ServiceInstance
    {
        public override void OnStarted()
        {
            kind.Told.Add("begin " + name);
            kind.OnBegin?.Invoke();
        }

        public override ValueTask DisposeAsync()
        {
            kind.Told.Add("end " + name);
            return base.DisposeAsync();
        }
    }
}
