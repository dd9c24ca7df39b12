namespace Ropewalk.Hosting;

/// <summary>Holds what differs between the services that run and those that shall run.</summary>
internal sealed record ServiceComparison(IReadOnlyList<ComparedService> Services)
{
    public ServicePlan ToPlan() => new([.. Services.Select(service => service.ToStep())]);
}
