"""Money over time."""


def annuity(present_value: float, rate: float, years: float) -> float:
    """
    Equal yearly payment that pays back a present value with interest.

    Parameters
    ----------
    present_value : float
        Paid at the start. [CNY]
    rate : float
        Interest a year, 0 or more. [1/a]
    years : float
        Life, above 0. [a]

    Returns
    -------
    float
        Payment at the end of each year. [CNY/a]

    Raises
    ------
    ValueError
        If the rate is below 0 or the life not above 0.

    Examples
    --------
    >>> round(annuity(2e6, 0.10, 25.0) / 1e6, 5)  # Calliope's documentation
    0.22034
    """
    if not rate >= 0.0 or not years > 0.0:
        raise ValueError(f"annuity: got rate {rate} and {years} years; expected a rate of 0 or more, above 0 years")
    if rate == 0.0:
        return present_value / years
    return present_value * rate / (1.0 - (1.0 + rate) ** -years)
