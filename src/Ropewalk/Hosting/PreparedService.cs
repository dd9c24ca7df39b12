namespace Ropewalk.Hosting;

/// <summary>Is one service of a reload that has been made ready and not yet put in force.</summary>
internal sealed class PreparedService(ComparedService compared, RunningService? running)
{
    public ComparedService Compared => compared;

    /// <summary>The service as it runs; null where it is added.</summary>
    public RunningService? Running => running;

    /// <summary>The instance made for this reload; null where the old one stays.</summary>
    public InstanceLease? NewLease { get; set; }

    public InstanceLease? Lease => NewLease ?? running?.Lease;

    public List<PreparedEndpoint> Endpoints { get; } = [];
}
