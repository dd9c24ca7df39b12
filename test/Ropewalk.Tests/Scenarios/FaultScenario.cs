using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Xunit.Sdk;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Runs a scenario in simulations on one thread, and looks at the end of each whether every buffer has come back.</summary>
public abstract class FaultScenario
{
    private Exception? _broken;

    /// <summary>Runs it for the seeds of the environment, or for the first few.</summary>
    protected Task RunAsync(Func<Simulation, Task> scenario, bool returnsBuffers = true, [CallerMemberName] string? test = null) => Simulation.RunAsync(
        async sim =>
        {
            long lent = BlockPool.LentByThisThread;
            sim.Links = new LinkSettings { BytesPerSecond = 1e6, WindowBytes = 64 * 1024 };
            _broken = null;
            try
            {
                await scenario(sim);
            }
            catch (Exception) when (_broken is not null)
            {
                // what a client saw of it comes after it
            }

            if (_broken is not null)
            {
                ExceptionDispatchInfo.Throw(_broken);
            }

            if (returnsBuffers)
            {
                // whatever closes, lingers or gives up has done so by then
                await sim.DelayAsync(TimeSpan.FromHours(1));
                Assert.True(lent == BlockPool.LentByThisThread, $"{BlockPool.LentByThisThread - lent} blocks were not given back");
            }
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(1, 10) },
        test);

    /// <summary>Serves, and keeps what a handler asserts in vain: for the engine that is a handler's failure like any other, and ends one connection.</summary>
    protected ConnectionDelegate Checked(ConnectionDelegate app) => async connection =>
    {
        try
        {
            await app(connection);
        }
        catch (XunitException broken)
        {
            _broken ??= broken;
            throw;
        }
    };

    /// <summary>Asserts in a callback, where the engine catches what is thrown.</summary>
    protected void Check(bool holds, string message) => _broken ??= holds ? null : FailException.ForFailure(message);

    /// <summary>Waits for a while that is drawn anew each time.</summary>
    protected static Task PauseAsync(Simulation sim, TimeSpan atMost) => sim.DelayAsync(atMost * sim.Random.NextDouble());

    protected static SimHost[] AddClients(Simulation sim, int count) => [.. Enumerable.Range(1, count).Select(i => sim.AddHost($"client{i}"))];

    /// <summary>Gets whether an exception is the weather's: a connection that could not be made, or was lost.</summary>
    protected static bool IsWeather(Exception exception) => exception is IOException or ConnectionAbortedException or OperationCanceledException or EndpointException;

    /// <summary>Does something that the weather may end.</summary>
    protected static async Task WeatherAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (IsWeather(exception))
        {
            // lost, and told so
        }
    }

    protected static ConnectionEnd EndOf(ConnectionContext connection) => connection.Features.Get<IConnectionEndFeature>()!.End;
}
