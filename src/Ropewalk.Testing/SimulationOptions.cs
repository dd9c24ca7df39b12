using Ropewalk.Testing.Seeds;

namespace Ropewalk.Testing;

/// <summary>Sets how a simulation runs.</summary>
public sealed class SimulationOptions
{
    /// <summary>
    /// Gets or sets what everything random comes from, 0 or more: for a run that is meant to be this one, whatever the environment says. Default null: the
    /// environment's seeds, or <see cref="Seeds"/>.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Gets or sets the seeds to run one after the other where neither <see cref="Seed"/> nor the environment says otherwise. Default null: only seed 1.
    /// </summary>
    public SeedRange? Seeds { get; set; }

    /// <summary>Gets or sets what runs the code. Default <see cref="SimulationMode.Whole"/>, which takes everybody's code.</summary>
    public SimulationMode Mode { get; set; } = SimulationMode.Whole;

    /// <summary>Gets or sets the virtual time after which a run that has not ended has failed. Default one day.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets how long, in real time, nothing at all may happen before a run in <see cref="SimulationMode.Whole"/> is given up: what it waits for
    /// is outside (a socket, a thread, the system's clock); and how long the one worker may be away, blocked or computing. Default 5 s; a run that
    /// ends never waits for it.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the name that failures show. Default the calling method's.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets how many events the log keeps; more are counted, and are part of the trace all the same. Default 100,000.</summary>
    public int LogEvents { get; set; } = 100_000;

    /// <summary>Gets or sets whether what arrives is kept for <see cref="Simulation.WriteCapture"/>. Default false: it takes the memory of all that is sent.</summary>
    public bool Capture { get; set; }

    internal SeedRange SeedsToRun() => Seed is { } own ? new SeedRange(own, own) : SeedEnvironment.Read() ?? Seeds ?? new SeedRange(1, 1);
}
